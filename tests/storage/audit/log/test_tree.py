"""The stored tree has the root, the proofs and the edges of RFC 6962, whatever its
size.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from storage.audit.log.tree import (
    BrokenTree,
    Edge,
    StoredNodes,
    as_rows,
    load_edge,
    root_at,
)
from storage.audit.proofs.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_inclusion,
)
from storage.store import Store
from storage.tables import tiles
from tests.storage.audit.proofs.consistency import verify_consistency

LEAVES = [leaf_hash(str(n).encode()) for n in range(70_000)]


@settings(max_examples=30)
@given(st.lists(st.integers(1, 700), max_size=12))
def test_a_tree_grown_in_any_steps_has_the_same_root(steps: list[int]) -> None:
    edge, at = Edge(), 0
    for step in steps:
        edge.append(LEAVES[at : at + step])
        at += step
        assert edge.root() == root_of(LEAVES[:at])
    assert edge.size == at


@pytest.mark.parametrize(
    "size", [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000]
)
def test_roots_are_right_around_full_tiles(size: int) -> None:
    edge = Edge()
    edge.append(LEAVES[:size])
    assert edge.root() == root_of(LEAVES[:size])


@pytest.fixture
def grown(store: Store) -> Store:
    edge = Edge()
    with store.begin() as tx:
        changed = edge.append(LEAVES[:66_000])
        tx.connection.execute(insert(tiles), as_rows(changed))
    return store


@pytest.mark.parametrize("size", [0, 1, 256, 300, 65_536, 65_600, 66_000])
def test_the_root_of_any_earlier_size_is_found_again(grown: Store, size: int) -> None:
    with grown.read() as tx:
        assert root_at(tx.connection, size) == root_of(LEAVES[:size])


def test_an_edge_cut_from_a_larger_tree_grows_alike(grown: Store) -> None:
    with grown.read() as tx:
        edge = load_edge(tx.connection, 65_700)
    edge.append(LEAVES[65_700:66_500])
    assert edge.root() == root_of(LEAVES[:66_500])


@pytest.mark.parametrize("size", [1, 257, 1000, 65_536, 66_000])
def test_proofs_from_the_stored_tree_verify(grown: Store, size: int) -> None:
    root = root_of(LEAVES[:size])
    with grown.read() as tx:
        nodes = StoredNodes(tx.connection, size)
        for index in {0, size // 3, size - 1}:
            proof = inclusion_proof(index, size, nodes)
            assert verify_inclusion(LEAVES[index], index, size, proof, root)
        for old in {1, size // 2, size}:
            old_proof = consistency_proof(old, size, nodes)
            assert verify_consistency(old, size, old_proof, root_of(LEAVES[:old]), root)


def test_a_tree_larger_than_what_is_stored_is_broken(grown: Store) -> None:
    with grown.read() as tx, pytest.raises(BrokenTree, match="tile 257 of level 0"):
        root_at(tx.connection, 66_001)


def test_a_tile_that_was_cut_is_broken(grown: Store) -> None:
    with grown.begin() as tx:
        short = (
            update(tiles)
            .where(tiles.c.level == 1, tiles.c.idx == 0)
            .values(hashes=b"x" * 100)
        )
        tx.connection.execute(short)
    with grown.read() as tx, pytest.raises(BrokenTree):
        inclusion_proof(0, 66_000, StoredNodes(tx.connection, 66_000))
