"""Every committed event gets one place in the tree, and no tree is signed that forks
the log.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import delete, func, select, update

from storage.audit.checks.database import check
from storage.audit.checks.walk import Fault
from storage.audit.log.sequencer import Inconsistent, latest, sequence, sequence_all
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.merkle import leaf_hash, root_of
from storage.audit.proofs.note import Signer
from storage.errors import StorageError
from storage.records import Action
from storage.store import Store
from storage.tables import checkpoints, entries, events, person_days, tiles
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.builders import NOW, SECOND, event


def entry_bytes(store: Store) -> list[bytes]:
    with store.read() as tx:
        query = (
            select(entries.c.idx, events.c.canonical)
            .join(events, events.c.id == entries.c.event_id)
            .order_by(entries.c.idx)
        )
        rows = list(tx.connection.execute(query))
    assert [row.idx for row in rows] == list(range(len(rows)))
    return [bytes(row.canonical) for row in rows]


def signed(store: Store) -> checkpoint.Checkpoint:
    with store.read() as tx:
        note = latest(tx.connection)
    assert note is not None
    return checkpoint.verify(note, KEYS.verifiers)


def assert_whole(store: Store, size: int) -> None:
    """Every event has one entry, and the checkpoint is over exactly these."""
    leaves = [leaf_hash(entry) for entry in entry_bytes(store)]
    assert len(leaves) == size
    assert signed(store).size == size
    assert signed(store).root == root_of(leaves)
    with store.read() as tx:
        count = select(func.count()).select_from(events)
        assert tx.connection.execute(count).scalar_one() == size


def test_events_become_entries_in_batches_and_are_signed(store: Store) -> None:
    write(store, 600)
    assert [sequence(store, KEYS, NOW) for _ in range(4)] == [256, 256, 88, 0]
    assert_whole(store, 600)


def test_nothing_waiting_signs_nothing(store: Store) -> None:
    assert sequence(store, KEYS, NOW) == 0
    with store.read() as tx:
        assert latest(tx.connection) is None


def test_only_the_newest_unpublished_checkpoint_is_kept(store: Store) -> None:
    log_of(store, 3, 5, 9)
    with store.read() as tx:
        sizes = tx.connection.execute(select(checkpoints.c.size)).scalars().all()
    assert list(sizes) == [9]


def test_writers_and_two_sequencers_at_once_skip_and_repeat_nothing(
    store: Store,
) -> None:
    start, stop = Barrier(5), Event()

    def work(worker: int) -> None:
        start.wait()
        for n in range(40):
            write(store, 2, first=worker * 1000 + n)

    def keep_sequencing() -> None:
        start.wait()
        while not stop.is_set():
            sequence(store, KEYS, NOW, batch=7)

    with ThreadPoolExecutor(5) as pool:
        sequencers = [pool.submit(keep_sequencing) for _ in range(2)]
        writers = [pool.submit(work, n) for n in range(3)]
        for writer in writers:
            writer.result()
        stop.set()
        for one in sequencers:
            one.result()
    sequence_all(store, KEYS, lambda: NOW)
    assert_whole(store, 240)


def test_an_event_of_a_slow_transaction_is_not_skipped(postgres_store: Store) -> None:
    """On PostgreSQL a later id may commit first; SQLite lets one writer in at a
    time.
    """
    with postgres_store.begin() as slow:
        slow.log.record(event())
        write(postgres_store, 3, first=10)
        assert sequence(postgres_store, KEYS, NOW) == 3
    assert sequence(postgres_store, KEYS, NOW) == 1
    assert_whole(postgres_store, 4)


def test_an_event_deleted_while_it_waits_is_seen_by_signing_and_verifying(
    postgres_store: Store,
) -> None:
    write(postgres_store, 3)
    with postgres_store.begin() as tx:
        tx.connection.execute(delete(events).where(events.c.id == 2))
    with pytest.raises(Inconsistent, match="Event 2 was deleted before it was signed"):
        sequence(postgres_store, KEYS, NOW)
    with pytest.raises(Fault, match="Event 2 was deleted before it was signed"):
        check(postgres_store, KEYS.verifiers)


def test_a_rolled_back_event_leaves_no_gap(store: Store) -> None:
    write(store, 2)

    def act_and_fail() -> None:
        with store.begin() as tx:
            tx.log.record(event())
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        act_and_fail()
    write(store, 2, first=5)
    sequence_all(store, KEYS, lambda: NOW)
    assert_whole(store, 4)


def test_a_changed_tree_is_not_signed(store: Store) -> None:
    log_of(store, 300)
    with store.begin() as tx:
        bad = update(tiles).where(tiles.c.level == 0, tiles.c.idx == 1)
        tx.connection.execute(bad.values(hashes=b"x" * 32 * 44))
    write(store, 1, first=300)
    with pytest.raises(Inconsistent, match="not the one last signed"):
        sequence(store, KEYS, NOW)
    assert signed(store).size == 300


@pytest.mark.parametrize("table", [entries, checkpoints])
def test_a_log_with_its_end_cut_off_is_not_signed(store: Store, table: object) -> None:
    log_of(store, 10)
    with store.begin() as tx:
        if table is entries:
            tx.connection.execute(delete(entries).where(entries.c.idx == 9))
        else:
            tx.connection.execute(delete(checkpoints))
    write(store, 1, first=10)
    with pytest.raises(Inconsistent, match="audit verify"):
        sequence(store, KEYS, NOW)


def test_a_checkpoint_of_another_key_is_not_continued(store: Store) -> None:
    log_of(store, 10)
    other = Keys((Signer(KEYS.origin, b"o" * 32),))
    with store.begin() as tx:
        forged = other.sign(10, signed(store).root)
        tx.connection.execute(update(checkpoints).values(note=forged))
    write(store, 1, first=10)
    with pytest.raises(StorageError, match="No key we trust"):
        sequence(store, KEYS, NOW)


def test_a_rotation_goes_on_under_the_new_key(store: Store) -> None:
    log_of(store, 10)
    [old] = KEYS.signers
    new = Signer(KEYS.origin, b"n" * 32)
    write(store, 5, first=10)
    sequence(store, Keys((new, old)), NOW)
    write(store, 5, first=15)
    sequence(store, Keys((new,), retired=(old.verifier,)), NOW)
    with store.read() as tx:
        note = latest(tx.connection)
    assert note is not None
    assert checkpoint.verify(note, [new.verifier]).size == 20


def test_counts_a_day_are_kept_with_the_entries(store: Store) -> None:
    with store.begin() as tx:
        for n in range(6):
            tx.log.record(
                event(at=NOW + n * 20_000 * SECOND, desk="en" if n % 2 else None)
            )
        tx.log.record(event(action=Action.SNIPPET_PLAYED, numbers={"played_ms": 700}))
        tx.log.record(
            event(action=Action.SNIPPET_PLAYED, numbers={"played_ms": 800}, actor=None)
        )
    sequence(store, KEYS, NOW, batch=3)
    sequence_all(store, KEYS, lambda: NOW)
    with store.read() as tx:
        by_day = tx.connection.execute(
            select(
                person_days.c.day,
                func.sum(person_days.c.events),
                func.sum(person_days.c.played_ms),
            )
            .group_by(person_days.c.day)
            .order_by(person_days.c.day)
        ).all()
        by_person = tx.connection.execute(
            select(person_days.c.user_id, func.sum(person_days.c.events)).group_by(
                person_days.c.user_id
            )
        ).all()
    first = by_day[0].day
    assert [tuple(map(int, row)) for row in by_day] == [
        (first, 5, 1500),
        (first + 1, 3, 0),
    ]
    assert {row[0]: int(row[1]) for row in by_person} == {"U_ANA": 7, "": 1}
