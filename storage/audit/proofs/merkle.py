"""Merkle trees of RFC 6962 section 2.1: hashes, roots and both kinds of proof.

The functions are pure. A `Node` function returns the hash of a complete subtree: level
0 holds the leaves, and node (level, index) covers the 2**level leaves from index *
2**level on.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry's bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an interior node."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, or over roots of equally large full subtrees."""
    layer = list(hashes)
    if not layer:
        return EMPTY_ROOT
    # Pairing neighbours and carrying an odd last one up gives the same tree as RFC
    # 6962's split at the largest power of two; tests compare the two.
    while len(layer) > 1:
        paired = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(layer[::2], layer[1::2], strict=False)
        ]
        if len(layer) % 2:
            paired.append(layer[-1])
        layer = paired
    return layer[0]


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return the fewest full subtrees (level, index) that cover leaves [start, end)."""
    found = []
    while start < end:
        aligned = 63
        if start:
            aligned = (start & -start).bit_length() - 1
        level = min(aligned, (end - start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def range_root(
    start: int,
    end: int,
    node: Node,
) -> bytes:
    """Return the root over leaves [start, end).

    `start` must be a multiple of the power of two that the range spans.
    """
    parts = [node(level, index) for level, index in subtrees(start, end)]
    if not parts:
        return EMPTY_ROOT
    root = parts.pop()
    while parts:
        root = node_hash(parts.pop(), root)
    return root


def _split(size: int) -> int:
    # RFC 6962 section 2.1: the largest power of two smaller than size.
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(
    index: int,
    size: int,
    node: Node,
) -> list[bytes]:
    """Return the hashes from the leaf's sibling up to the root's child.

    RFC 6962 section 2.1.1.
    """
    if not 0 <= index < size:
        raise ValueError("there is no such entry in a tree of this size")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, node))
            end = middle
        else:
            proof.append(range_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(
    old: int,
    new: int,
    node: Node,
) -> list[bytes]:
    """Return the proof that the tree of size `new` begins with that of size `old`.

    RFC 6962 section 2.1.2.
    """
    if not 0 <= old <= new:
        raise ValueError("a tree is only consistent with larger ones")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(middle, end, node))
            end = middle
        else:
            proof.append(range_root(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(range_root(start, end, node))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes,
    index: int,
    size: int,
    proof: Sequence[bytes],
    root: bytes,
) -> bool:
    """Return whether `leaf` is entry `index` of the tree with this root.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == root


class Frontier:
    """A growing tree, kept as its complete subtrees: at most 63 hashes."""

    def __init__(self) -> None:
        self.size = 0
        # Pairs of level and hash, in falling order of level.
        self._parts: list[tuple[int, bytes]] = []

    def copy(self) -> "Frontier":
        """Return an independent copy of the tree."""
        other = Frontier()
        other.size, other._parts = self.size, list(self._parts)
        return other

    def append(self, level: int, hash_: bytes) -> None:
        """Add a complete subtree of 2**level leaves.

        Raises `ValueError` if it does not fit.
        """
        if self.size & ((1 << level) - 1):
            raise ValueError("this subtree does not begin at a multiple of its size")
        self.size += 1 << level
        while self._parts and self._parts[-1][0] == level:
            _, left = self._parts.pop()
            hash_ = node_hash(left, hash_)
            level += 1
        self._parts.append((level, hash_))

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self._parts:
            return EMPTY_ROOT
        root = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            root = node_hash(left, root)
        return root
