"""The check that a witness makes: a larger tree begins with a smaller one.

The product makes such proofs for witnesses and never checks one itself.
"""

from collections.abc import Sequence

from storage.audit.proofs.merkle import EMPTY_ROOT, node_hash


def verify_consistency(
    old: int,
    new: int,
    proof: Sequence[bytes],
    old_root: bytes,
    new_root: bytes,
) -> bool:
    """Return whether the larger tree begins with the smaller one.

    Trees that are empty or of one size are compared directly. Any other proof is walked
    from the last entry of the smaller tree up to both roots (RFC 9162 section 2.1.4.2).
    """
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return _is_empty_or_same(
            old,
            new,
            proof,
            old_root,
            new_root,
        )
    hashes = list(proof)
    is_complete = old & (old - 1) == 0
    if is_complete:
        hashes = [old_root, *proof]
    if not hashes:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    smaller = larger = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            smaller, larger = node_hash(sibling, smaller), node_hash(sibling, larger)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            larger = node_hash(larger, sibling)
        position, last = position >> 1, last >> 1
    return all((last == 0, smaller == old_root, larger == new_root))


def _is_empty_or_same(
    old: int,
    new: int,
    proof: Sequence[bytes],
    old_root: bytes,
    new_root: bytes,
) -> bool:
    if proof:
        return False
    if new == 0:
        return old_root == new_root == EMPTY_ROOT
    expected = new_root
    if old == 0:
        expected = EMPTY_ROOT
    return old_root == expected
