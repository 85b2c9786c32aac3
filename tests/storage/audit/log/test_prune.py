"""Pruned logs: old months are gone for good, and what remains is as provable as
before.
"""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from storage.audit.checks.database import check
from storage.audit.checks.walk import Fault
from storage.audit.log.prune import prune
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs import checkpoint, tlog_proof
from storage.audit.proofs.anchors import publish, read_anchored
from storage.audit.proofs.bundle import verify_bundle
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.export import receipt, write_bundle
from storage.audit.proofs.note import BadNote, Signer
from storage.audit.query.search import Question, every
from storage.blobs import Blobs, open_blobs
from storage.errors import StorageError
from storage.records import Action
from storage.store import Store
from storage.tables import checkpoints, entries, events, person_days, prunings
from tests.storage.audit.logs import KEYS
from tests.storage.builders import event

TRUSTED = KEYS.verifiers
FEBRUARY, MARCH = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture
def anchors() -> Blobs:
    return open_blobs("memory://")


@pytest.fixture
def told(store: Store, anchors: Blobs) -> Store:
    """Three months with 300 events each, signed, published in the second and at the
    end.
    """
    for month in (1, 2, 3):
        with store.begin() as tx:
            start = datetime(2026, month, 1, tzinfo=UTC)
            for n in range(300):
                tx.log.record(event(at=start + n * timedelta(hours=2)))
        sequence_all(store, KEYS, lambda: NOW)
        if month > 1:
            publish(store, KEYS, anchors, NOW, at_once=True)
            sequence_all(store, KEYS, lambda: NOW)
    return store


def test_whole_months_go_and_the_rest_is_proven(told: Store, anchors: Blobs) -> None:
    assert prune(told, KEYS, MARCH, NOW) == 512
    sequence_all(told, KEYS, lambda: NOW)
    found = check(told, TRUSTED, read_anchored(anchors))
    assert (found.first, found.entries, found.size) == (512, 903 - 512, 903)
    with told.read() as tx:
        kept = list(every(tx.log, Question(newest_first=False)))
        assert sum(one.event.at < MARCH for one in kept) == 600 - 512
        bundle = b"".join(write_bundle(tx.log, TRUSTED))
        ids = tx.connection.execute(select(entries.c.event_id)).scalars().all()
        for number in ids[::40]:
            assert (
                tlog_proof.verify(receipt(tx.log, TRUSTED, number), TRUSTED).size == 903
            )
    verified = verify_bundle(io.BytesIO(bundle), TRUSTED, read_anchored(anchors)[1:])
    assert (verified.size, verified.entries) == (903, 903 - 512)


def test_pruning_is_on_record_and_counts_of_people_go_too(told: Store) -> None:
    prune(told, KEYS, MARCH, NOW)
    with told.read() as tx:
        [found] = every(tx.log, Question(actions=(Action.LOG_PRUNED,)))
        oldest = tx.connection.execute(select(func.min(person_days.c.day))).scalar_one()
    assert found.event.numbers == {"first": 512, "removed": 512}
    assert oldest >= (MARCH - datetime(1970, 1, 1, tzinfo=UTC)).days


def test_pruning_again_and_later_goes_on(told: Store, anchors: Blobs) -> None:
    assert prune(told, KEYS, FEBRUARY, NOW) == 256
    assert prune(told, KEYS, FEBRUARY, NOW) == 0
    assert prune(told, KEYS, MARCH, NOW) == 256
    sequence_all(told, KEYS, lambda: NOW)
    with told.begin() as tx:
        tx.log.record(event(at=NOW))
    sequence_all(told, KEYS, lambda: NOW)
    assert check(told, TRUSTED, read_anchored(anchors)).first == 512


def test_the_last_block_stays_though_all_of_it_is_old(store: Store) -> None:
    with store.begin() as tx:
        for _ in range(512):
            tx.log.record(event(at=FEBRUARY))
    sequence_all(store, KEYS, lambda: NOW)
    with store.begin() as tx:
        tx.connection.execute(update(checkpoints).values(published_at=NOW))
    assert prune(store, KEYS, MARCH, NOW) == 256
    sequence_all(store, KEYS, lambda: NOW)
    assert check(store, TRUSTED).entries == 257


@pytest.mark.parametrize(
    "before",
    [
        datetime(2026, 3, 2, tzinfo=UTC),
        datetime(2026, 3, 1, 1, tzinfo=UTC),
        NOW.replace(month=5, day=1),
    ],
)
def test_only_whole_past_months_go(told: Store, before: datetime) -> None:
    with pytest.raises(StorageError, match="whole months"):
        prune(told, KEYS, before, NOW)


def test_what_was_not_published_does_not_go(store: Store) -> None:
    with store.begin() as tx:
        for _ in range(300):
            tx.log.record(event(at=FEBRUARY))
    sequence_all(store, KEYS, lambda: NOW)
    with pytest.raises(StorageError, match="published checkpoint"):
        prune(store, KEYS, MARCH, NOW)


def test_removing_the_oldest_entries_without_a_signature_is_seen(told: Store) -> None:
    with told.begin() as tx:
        gone = select(entries.c.event_id).where(entries.c.idx < 256)
        tx.connection.execute(delete(events).where(events.c.id.in_(gone)))
        tx.connection.execute(delete(entries).where(entries.c.idx < 256))
    with pytest.raises(Fault) as found:
        check(told, TRUSTED)
    assert (found.value.kind, found.value.index) == ("missing", 0)


def test_a_forged_pruning_hides_nothing(told: Store) -> None:
    forger = Keys((Signer(KEYS.origin, b"f" * 32),))
    with told.begin() as tx:
        gone = select(entries.c.event_id).where(entries.c.idx < 256)
        tx.connection.execute(delete(events).where(events.c.id.in_(gone)))
        tx.connection.execute(delete(entries).where(entries.c.idx < 256))
        note = forger.sign_pruning(256, b"r" * 32)
        tx.connection.execute(
            insert(prunings).values(first=256, note=note, pruned_at=NOW)
        )
    with pytest.raises(Fault) as found:
        check(told, TRUSTED)
    assert found.value.kind == "forged"


def test_a_checkpoint_does_not_pass_for_a_pruning_nor_the_other_way() -> None:
    with pytest.raises(BadNote):
        checkpoint.verify_pruning(KEYS.sign(256, b"r" * 32), TRUSTED)
    with pytest.raises(BadNote):
        checkpoint.verify(KEYS.sign_pruning(256, b"r" * 32), TRUSTED)
