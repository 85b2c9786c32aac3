"""RFC 6962 trees: the published vectors, the RFC's own definitions, and every wrong
proof.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.audit.proofs.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    range_root,
    root_of,
    subtrees,
    verify_inclusion,
)
from tests.storage.audit.proofs.consistency import verify_consistency

# The reference inputs and results of Certificate Transparency's own tests
# (certificate-transparency, merkletree/merkle_tree_test.cc), used by every
# implementation.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def rfc_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(rfc_root(leaves[:k]), rfc_root(leaves[k:]))


def rfc_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*rfc_path(m, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(m - k, leaves[k:]), rfc_root(leaves[:k])]


def rfc_subproof(m: int, leaves: list[bytes], *, b: bool) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if b else [rfc_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*rfc_subproof(m, leaves[:k], b=b), rfc_root(leaves[k:])]
    return [*rfc_subproof(m - k, leaves[k:], b=False), rfc_root(leaves[:k])]


class Tree:
    """All nodes of a small tree."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def node(self, level: int, index: int) -> bytes:
        start, end = index << level, (index + 1) << level
        assert end <= len(self.leaves), "asked for an incomplete subtree"
        return rfc_root(self.leaves[start:end])

    @property
    def root(self) -> bytes:
        return rfc_root(self.leaves)


def numbered(n: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(n)]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert (
        EMPTY_ROOT.hex()
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert root_of([]) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(
    index: int, size: int, proof: list[str]
) -> None:
    found = inclusion_proof(index, size, Tree(LEAVES).node)
    assert [part.hex() for part in found] == proof
    assert verify_inclusion(
        LEAVES[index], index, size, found, bytes.fromhex(ROOTS[size - 1])
    )


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(
    old: int, new: int, proof: list[str]
) -> None:
    found = consistency_proof(old, new, Tree(LEAVES).node)
    assert [part.hex() for part in found] == proof
    roots = [bytes.fromhex(ROOTS[size - 1]) for size in (old, new)]
    assert verify_consistency(old, new, found, *roots)


@pytest.mark.parametrize("size", range(1, 70))
def test_all_roots_and_proofs_are_as_the_rfc_defines_them(size: int) -> None:
    tree = Tree(numbered(size))
    assert root_of(tree.leaves) == tree.root == range_root(0, size, tree.node)
    for index in range(size):
        proof = inclusion_proof(index, size, tree.node)
        assert proof == rfc_path(index, tree.leaves)
        assert verify_inclusion(tree.leaves[index], index, size, proof, tree.root)
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, tree.node)
        assert proof == rfc_subproof(old, tree.leaves, b=True)
        old_root = rfc_root(tree.leaves[:old])
        assert verify_consistency(old, size, proof, old_root, tree.root)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_subtrees_cover_a_range_once_in_order_and_aligned(one: int, other: int) -> None:
    start, end = sorted((one, other))
    at = start
    for level, index in subtrees(start, end):
        assert index << level == at
        at += 1 << level
    assert at == end


@given(st.integers(1, 200), st.data())
def test_no_other_inclusion_proof_is_accepted(size: int, data: st.DataObject) -> None:
    tree = Tree(numbered(size))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, tree.node)
    leaf = tree.leaves[index]
    other = data.draw(st.integers(0, size + 5).filter(lambda i: i != index))
    assert not verify_inclusion(leaf, other, size, proof, tree.root)
    assert not verify_inclusion(leaf_hash(b"other"), index, size, proof, tree.root)
    assert not verify_inclusion(leaf, index, size, [*proof, leaf], tree.root)
    assert not verify_inclusion(leaf, index, size, proof, leaf_hash(b"root"))
    assert not verify_inclusion(leaf, -1, size, proof, tree.root)
    if proof:
        assert not verify_inclusion(leaf, index, size, proof[:-1], tree.root)
        assert not verify_inclusion(leaf, index, size, proof[1:], tree.root)
        bad = list(proof)
        bad[data.draw(st.integers(0, len(bad) - 1))] = leaf_hash(b"other")
        assert not verify_inclusion(leaf, index, size, bad, tree.root)


@given(st.integers(2, 200), st.data())
def test_no_other_consistency_proof_is_accepted(size: int, data: st.DataObject) -> None:
    tree = Tree(numbered(size))
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(old, size, tree.node)
    old_root = rfc_root(tree.leaves[:old])
    other = leaf_hash(b"other")
    assert not verify_consistency(old, size, proof, other, tree.root)
    assert not verify_consistency(old, size, proof, old_root, other)
    assert not verify_consistency(old, size, [*proof, other], old_root, tree.root)
    assert not verify_consistency(old, size, proof[:-1], old_root, tree.root)
    assert not verify_consistency(size, old, proof, old_root, tree.root)
    assert not verify_consistency(-1, size, proof, old_root, tree.root)
    bad = list(proof)
    bad[data.draw(st.integers(0, len(bad) - 1))] = other
    assert not verify_consistency(old, size, bad, old_root, tree.root)


@pytest.mark.parametrize(
    ("old", "new", "proof", "old_root", "accepted"),
    [
        (0, 0, [], EMPTY_ROOT, True),
        (0, 8, [], EMPTY_ROOT, True),
        (0, 8, [LEAVES[0]], EMPTY_ROOT, False),
        (0, 8, [], LEAVES[0], False),
        (8, 8, [], bytes.fromhex(ROOTS[7]), True),
        (8, 8, [LEAVES[0]], bytes.fromhex(ROOTS[7]), False),
        (8, 8, [], LEAVES[0], False),
    ],
)
def test_trees_that_are_empty_or_equal_need_an_empty_proof(
    old: int, new: int, proof: list[bytes], old_root: bytes, accepted: bool
) -> None:
    new_root = bytes.fromhex(ROOTS[new - 1]) if new else EMPTY_ROOT
    assert verify_consistency(old, new, proof, old_root, new_root) is accepted


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_for_an_entry_outside(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such entry"):
        inclusion_proof(index, size, Tree(numbered(3)).node)


def test_there_is_no_consistency_with_a_smaller_tree() -> None:
    with pytest.raises(ValueError, match="larger"):
        consistency_proof(3, 2, Tree(numbered(3)).node)


@given(st.integers(0, 150), st.data())
def test_a_frontier_grows_to_the_same_root_from_leaves_or_subtrees(
    size: int, data: st.DataObject
) -> None:
    tree = Tree(numbered(size))
    frontier, at = Frontier(), 0
    while at < size:
        until = data.draw(st.integers(at + 1, size))
        for level, index in subtrees(at, until):
            frontier.append(level, tree.node(level, index))
        at = until
        assert frontier.root() == rfc_root(tree.leaves[:at])
    assert frontier.size == size
    assert frontier.root() == tree.root


def test_a_subtree_that_does_not_fit_is_refused() -> None:
    frontier = Frontier()
    frontier.append(0, LEAVES[0])
    with pytest.raises(ValueError, match="multiple"):
        frontier.append(1, LEAVES[1])
