"""A hostile database administrator: whatever they change, verifying says what and
where.
"""

import base64
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, text, update

from storage.audit.checks.database import check
from storage.audit.checks.walk import Fault
from storage.audit.log.append import canonical
from storage.audit.log.sequencer import Inconsistent, sequence_all
from storage.audit.log.tree import Edge, as_rows
from storage.audit.proofs.anchors import publish, read_anchored
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.merkle import leaf_hash
from storage.audit.proofs.note import Signer
from storage.blobs import Blobs, open_blobs
from storage.store import Store, Transaction
from storage.tables import checkpoints, entries, events, tiles, unsequenced
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.builders import NOW, event

TRUSTED = KEYS.verifiers
FORGER = Keys((Signer(KEYS.origin, b"f" * 32),))


@pytest.fixture
def anchors() -> Blobs:
    return open_blobs("memory://")


@pytest.fixture
def told(store: Store, anchors: Blobs) -> Store:
    """700 signed entries; the first 300 and the first 600 were anchored."""
    log_of(store, 300)
    publish(store, KEYS, anchors, NOW, at_once=True)
    sequence_all(store, KEYS, lambda: NOW)
    write(store, 299, first=300)
    sequence_all(store, KEYS, lambda: NOW)
    publish(store, KEYS, anchors, NOW, at_once=True)
    sequence_all(store, KEYS, lambda: NOW)
    write(store, 99, first=600)
    sequence_all(store, KEYS, lambda: NOW)
    return store


def event_of(tx: Transaction, index: int) -> int:
    query = select(entries.c.event_id).where(entries.c.idx == index)
    return tx.connection.execute(query).scalar_one()


def caught(store: Store, *, outside: Blobs | None = None) -> Fault:
    with pytest.raises(Fault) as found:
        check(store, TRUSTED, read_anchored(outside) if outside else ())
    return found.value


def test_an_untouched_log_is_genuine(told: Store, anchors: Blobs) -> None:
    write(told, 3, first=900)
    found = check(told, TRUSTED, read_anchored(anchors))
    assert (found.size, found.first, found.entries) == (700, 0, 700)
    assert (found.checkpoints, found.anchors, found.waiting) == (3, 2, 3)


def test_an_empty_log_is_genuine(store: Store) -> None:
    assert check(store, TRUSTED).size == 0


def test_progress_reaches_the_end(told: Store) -> None:
    seen: list[tuple[int, int]] = []
    check(told, TRUSTED, progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(256, 700), (512, 700), (700, 700)]


@pytest.mark.parametrize("index", [0, 417, 699])
@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "U_INNOCENT"},
        {"outcome": "denied"},
        {"clip_id": None},
        {"role": None},
        {"canonical": canonical(event())},
        {"canonical": b""},
        {"canonical": b"\xff{"},
    ],
)
def test_an_altered_event_is_named(
    told: Store, index: int, change: dict[str, object]
) -> None:
    with told.begin() as tx:
        which = events.c.id == event_of(tx, index)
        tx.connection.execute(update(events).where(which).values(**change))
    found = caught(told)
    assert (found.kind, found.index) == ("altered", index)


def test_an_event_altered_in_columns_and_bytes_alike_is_named(told: Store) -> None:
    other = event(clip_id="another")
    with told.begin() as tx:
        row = {
            "at": other.at,
            "clip_id": "another",
            "team_id": "T1",
            "user_id": "U_ANA",
        }
        row |= {"request": "HC-1001", "desk": "en-GB", "canonical": canonical(other)}
        which = events.c.id == event_of(tx, 417)
        tx.connection.execute(update(events).where(which).values(**row))
    found = caught(told)
    assert (found.kind, found.index) == ("altered", 417)


def test_a_moved_time_is_named(told: Store) -> None:
    with told.begin() as tx:
        tx.connection.execute(
            text("UPDATE events SET at = at + 1 WHERE id = :id"),
            {"id": event_of(tx, 5)},
        )
    assert (caught(told).kind, caught(told).index) == ("altered", 5)


def test_a_deleted_event_is_named(told: Store) -> None:
    with told.begin() as tx:
        tx.connection.execute(delete(events).where(events.c.id == event_of(tx, 417)))
    found = caught(told)
    assert (found.kind, found.index) == ("missing", 417)
    assert "was deleted" in str(found)


def test_a_deleted_event_and_entry_are_named(told: Store) -> None:
    with told.begin() as tx:
        tx.connection.execute(delete(events).where(events.c.id == event_of(tx, 417)))
        tx.connection.execute(delete(entries).where(entries.c.idx == 417))
    found = caught(told)
    assert (found.kind, found.index) == ("missing", 417)


def close_gap(tx: Transaction, after: int) -> None:
    # Through negative numbers, for neither database checks uniqueness at the end only.
    for step in ("idx = -idx", "idx = -idx - 1"):
        sign = ">" if step == "idx = -idx" else "<"
        limit = after if sign == ">" else -after
        tx.connection.execute(
            text(f"UPDATE log_entries SET {step} WHERE idx {sign} :limit"),
            {"limit": limit},
        )


def test_a_deleted_event_whose_gap_was_closed_is_seen(told: Store) -> None:
    with told.begin() as tx:
        tx.connection.execute(delete(events).where(events.c.id == event_of(tx, 417)))
        tx.connection.execute(delete(entries).where(entries.c.idx == 417))
        close_gap(tx, 417)
    found = caught(told)
    assert (found.kind, found.index) == ("truncated", 699)


def test_swapped_entries_are_named(told: Store) -> None:
    with told.begin() as tx:
        one, other = event_of(tx, 100), event_of(tx, 417)
        for index, number in ((100, -1), (417, one), (100, other)):
            tx.connection.execute(
                update(entries).where(entries.c.idx == index).values(event_id=number)
            )
    assert (caught(told).kind, caught(told).index) == ("altered", 100)


def test_swapped_neighbours_are_named(told: Store) -> None:
    with told.begin() as tx:
        one, other = event_of(tx, 416), event_of(tx, 417)
        for index, number in ((416, -1), (417, one), (416, other)):
            tx.connection.execute(
                update(entries).where(entries.c.idx == index).values(event_id=number)
            )
    assert (caught(told).kind, caught(told).index) == ("reordered", 416)


def test_a_truncated_log_is_seen(told: Store) -> None:
    with told.begin() as tx:
        for index in range(690, 700):
            tx.connection.execute(
                delete(events).where(events.c.id == event_of(tx, index))
            )
        tx.connection.execute(delete(entries).where(entries.c.idx >= 690))
    assert (caught(told).kind, caught(told).index) == ("truncated", 690)


def test_an_entry_after_the_last_checkpoint_is_seen(told: Store) -> None:
    with told.begin() as tx:
        number = tx.log.record(event())
        tx.connection.execute(insert(entries).values(idx=700, event_id=number))
    assert (caught(told).kind, caught(told).index) == ("inserted", 700)


def test_an_event_slipped_in_between_is_seen(told: Store) -> None:
    with told.begin() as tx:
        victim = event_of(tx, 417)
        row = (
            tx.connection.execute(select(events).where(events.c.id == victim))
            .mappings()
            .one()
        )
        tx.connection.execute(insert(events).values(**{**row, "id": -5}))
        tx.connection.execute(delete(unsequenced))
    found = caught(told)
    assert found.kind == "inserted"
    assert "Event -5" in str(found)


def test_a_hash_changed_in_the_tree_is_named(told: Store) -> None:
    with told.begin() as tx:
        which = (tiles.c.level == 0) & (tiles.c.idx == 1)
        tile = bytearray(
            tx.connection.execute(select(tiles.c.hashes).where(which)).scalar_one()
        )
        tile[40 * 32] ^= 1
        tx.connection.execute(update(tiles).where(which).values(hashes=bytes(tile)))
    assert (caught(told).kind, caught(told).index) == ("altered", 256 + 40)


@pytest.mark.parametrize("level", [0, 1])
def test_a_tile_that_is_gone_is_seen(told: Store, level: int) -> None:
    with told.begin() as tx:
        tx.connection.execute(
            delete(tiles).where(tiles.c.level == level, tiles.c.idx == 0)
        )
    with pytest.raises(Exception, match="lacks hashes"):
        check(told, TRUSTED)


def test_an_upper_tile_changed_to_break_proofs_is_seen(told: Store) -> None:
    with told.begin() as tx:
        which = tiles.c.level == 1
        tx.connection.execute(update(tiles).where(which).values(hashes=b"x" * 64))
    assert caught(told).kind == "altered"


def rewrite(
    tx: Transaction, sign: Callable[[int, bytes], str], index: int = 417
) -> None:
    """Alter an event and rebuild everything above it, as somebody with time would."""
    other = event(clip_id="another")
    which = events.c.id == event_of(tx, index)
    row = {"at": other.at, "clip_id": "another", "team_id": "T1", "user_id": "U_ANA"}
    row |= {
        "request": "HC-1001",
        "desk": "en-GB",
        "role": "reviewer",
        "canonical": canonical(other),
    }
    row |= {"action": other.action, "rule": None, "origin": other.origin}
    tx.connection.execute(update(events).where(which).values(**row))
    query = select(events.c.canonical).join(entries, entries.c.event_id == events.c.id)
    found = tx.connection.execute(query.order_by(entries.c.idx)).scalars()
    edge = Edge()
    changed = edge.append([leaf_hash(bytes(entry)) for entry in found])
    tx.connection.execute(delete(tiles))
    tx.connection.execute(insert(tiles), as_rows(changed))
    note = sign(edge.size, edge.root())
    tx.connection.execute(delete(checkpoints).where(checkpoints.c.size == edge.size))
    tx.connection.execute(
        insert(checkpoints).values(size=edge.size, note=note, signed_at=NOW)
    )


def test_a_rewritten_tree_needs_the_key(told: Store) -> None:
    with told.begin() as tx:
        rewrite(tx, FORGER.sign)
    found = caught(told)
    assert found.kind == "forged"
    assert "No key we trust" in str(found)


def test_a_swapped_key_under_the_old_keys_id_is_seen(told: Store) -> None:
    def pretend(size: int, root: bytes) -> str:
        text, _, line = FORGER.sign(size, root).rpartition("— ")
        name, _, signature = line.partition(" ")
        raw = TRUSTED[0].id + base64.b64decode(signature)[4:]
        return f"{text}— {name} {base64.b64encode(raw).decode()}\n"

    with told.begin() as tx:
        rewrite(tx, pretend)
    assert caught(told).kind == "forged"


def test_even_with_the_key_stolen_earlier_checkpoints_tell(
    told: Store, anchors: Blobs
) -> None:
    """The thief rewrites an old entry and signs, but what was published before
    stands.
    """
    with told.begin() as tx:
        rewrite(tx, KEYS.sign)
    found = caught(told)
    assert (found.kind, found.index) == ("forked", 300)
    assert "300 to 599" in str(found)
    with told.begin() as tx:
        tx.connection.execute(delete(checkpoints).where(checkpoints.c.size < 700))
    assert check(told, TRUSTED).size == 700  # all evidence in the database is gone now
    found = caught(told, outside=anchors)
    assert (found.kind, found.index) == ("forked", 300)


def roll_back(store: Store, size: int) -> None:
    """Put the database back to what it was, checkpoint and all, as from an old
    backup.
    """
    with store.begin() as tx:
        cut = select(entries.c.event_id).where(entries.c.idx >= size)
        tx.connection.execute(delete(events).where(events.c.id.in_(cut)))
        tx.connection.execute(delete(entries).where(entries.c.idx >= size))
        query = select(events.c.canonical).join(
            entries, entries.c.event_id == events.c.id
        )
        found = tx.connection.execute(query.order_by(entries.c.idx)).scalars()
        edge = Edge()
        changed = edge.append([leaf_hash(bytes(entry)) for entry in found])
        tx.connection.execute(delete(tiles))
        tx.connection.execute(insert(tiles), as_rows(changed))
        tx.connection.execute(delete(checkpoints).where(checkpoints.c.size > size))
        if store.engine.dialect.name == "sqlite":
            last_id = text("UPDATE sqlite_sequence SET seq = :n WHERE name = 'events'")
            tx.connection.execute(last_id, {"n": size})


def test_a_backup_put_back_agrees_with_itself_but_not_with_the_anchors(
    told: Store, anchors: Blobs
) -> None:
    roll_back(told, 300)
    assert check(told, TRUSTED).size == 300
    found = caught(told, outside=anchors)
    assert (found.kind, found.index) == ("rolled back", 300)


def test_a_log_that_was_rolled_back_or_forked_is_not_anchored_again(
    told: Store, anchors: Blobs
) -> None:
    roll_back(told, 300)
    with pytest.raises(Inconsistent, match="rolled back"):
        publish(told, KEYS, anchors, NOW, at_once=True)
    write(told, 500, first=2000)
    sequence_all(told, KEYS, lambda: NOW)
    with pytest.raises(Inconsistent, match="not those that were anchored"):
        publish(told, KEYS, anchors, NOW, at_once=True)
    found = caught(told, outside=anchors)
    assert found.kind == "forked"


def test_a_forged_anchor_is_seen(told: Store, anchors: Blobs) -> None:
    anchors.put("checkpoints/000000000000000299", FORGER.sign(299, b"x" * 32).encode())
    assert caught(told, outside=anchors).kind == "forged"


def test_removing_a_published_checkpoint_from_the_database_hides_nothing(
    told: Store, anchors: Blobs
) -> None:
    with told.begin() as tx:
        tx.connection.execute(delete(checkpoints).where(checkpoints.c.size == 300))
    assert check(told, TRUSTED, read_anchored(anchors)).anchors == 2
