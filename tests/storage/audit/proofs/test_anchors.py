"""Anchors are written once, when due, and hold the log to what was signed before."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import delete, select

from storage.audit.keeper import Keeper
from storage.audit.log.sequencer import Inconsistent, latest, sequence_all
from storage.audit.proofs import checkpoint
from storage.audit.proofs.anchors import (
    FOLDER,
    PUBLISH_EVERY,
    check_anchored,
    publish,
    read_anchored,
)
from storage.audit.proofs.checkpoint import Checkpoint, Keys
from storage.audit.proofs.note import Signer
from storage.audit.query.search import Question, answer
from storage.blobs import Blobs, open_blobs
from storage.errors import StorageError
from storage.records import Action
from storage.records.outbox import PostCheckpoint
from storage.store import Store, Transaction
from storage.tables import checkpoints
from tests.databases import S3
from tests.storage.audit.logs import KEYS, log_of, write
from tests.storage.builders import NOW


@pytest.fixture(params=["folder", "s3"])
def anchors(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Blobs:
    if request.param == "folder":
        return open_blobs(str(tmp_path / "anchors"))
    server: S3 = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return open_blobs(f"s3://{server.bucket}/{tmp_path.name}")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    from storage.migrations import upgrade

    url = f"sqlite:///{tmp_path}/log.db"
    upgrade(url)
    return Store(url)


@pytest.fixture(autouse=True)
def _closed(store: Store) -> object:
    yield
    store.close()


def sequence(store: Store) -> None:
    sequence_all(store, KEYS, lambda: NOW)


def test_a_published_checkpoint_is_kept_outside_and_on_record(
    store: Store, anchors: Blobs
) -> None:
    log_of(store, 5)
    found = publish(store, KEYS, anchors, NOW)
    assert found is not None
    assert found.size == 5
    [note] = read_anchored(anchors)
    assert checkpoint.verify(note, KEYS.verifiers) == found
    with store.read() as tx:
        newest = (
            answer(tx.log, Question(actions=(Action.CHECKPOINT_PUBLISHED,)))
            .events[0]
            .event
        )
    assert newest.numbers == {"size": 5}
    assert newest.actor is None


def test_an_empty_log_publishes_nothing(store: Store, anchors: Blobs) -> None:
    assert publish(store, KEYS, anchors, NOW, at_once=True) is None
    assert anchors.names() == []


def test_publishing_waits_its_time_and_for_news(store: Store, anchors: Blobs) -> None:
    def publish_at(now: datetime) -> int | None:
        sequence(store)
        found = publish(store, KEYS, anchors, now)
        return None if found is None else found.size

    log_of(store, 5)
    assert publish_at(NOW) == 5
    assert publish_at(NOW + PUBLISH_EVERY) is None  # only its own event is new
    write(store, 1, first=10)
    assert publish_at(NOW + PUBLISH_EVERY / 2) is None
    assert publish_at(NOW + PUBLISH_EVERY) == 7
    assert publish_at(NOW + 20 * PUBLISH_EVERY) is None
    assert len(anchors.names(FOLDER)) == 2


def test_many_new_entries_are_published_at_once(
    store: Store, anchors: Blobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.audit.proofs.anchors.PUBLISH_AFTER", 50)
    log_of(store, 5)
    publish(store, KEYS, anchors, NOW)
    write(store, 49, first=10)
    sequence(store)
    assert publish(store, KEYS, anchors, NOW + timedelta(seconds=1)) is not None


def test_the_auditors_channel_is_told_in_the_same_transaction(
    store: Store, anchors: Blobs
) -> None:
    def announce(tx: Transaction, found: Checkpoint) -> None:
        del found
        tx.outbox.enqueue(PostCheckpoint(), now=NOW)

    log_of(store, 5)
    publish(store, KEYS, anchors, NOW, announce)
    with store.read() as tx:
        assert tx.outbox_counts.count_waiting() == 1


def test_a_crash_after_anchoring_is_made_good_by_publishing_again(
    store: Store, anchors: Blobs
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    log_of(store, 5)
    with pytest.raises(KeyboardInterrupt):
        publish(store, KEYS, anchors, NOW, crash)
    found = publish(store, KEYS, anchors, NOW)
    assert found is not None
    assert anchors.names(FOLDER) == [f"{FOLDER}/000000000000000005"]


def test_an_anchor_is_never_replaced(store: Store, anchors: Blobs) -> None:
    other = KEYS.sign(5, b"r" * 32)
    log_of(store, 5)
    anchors.put(f"{FOLDER}/000000000000000005", other.encode())
    with pytest.raises(Inconsistent, match="not those that were anchored"):
        publish(store, KEYS, anchors, NOW)
    assert read_anchored(anchors) == [other]


def test_rubbish_among_the_anchors_is_not_believed(
    store: Store, anchors: Blobs
) -> None:
    log_of(store, 5)
    forger = Keys((Signer(KEYS.origin, b"f" * 32),))
    for rubbish in (b"\xff\xfe", b"", forger.sign(3, b"r" * 32).encode()):
        anchors.put(f"{FOLDER}/999", rubbish)
        with pytest.raises(StorageError):
            check_anchored(store, KEYS, anchors)


def test_the_keeper_sequences_signs_and_anchors_until_it_is_stopped(
    store: Store, anchors: Blobs
) -> None:
    write(store, 5)
    keeper = Keeper(store, KEYS, lambda: NOW, anchors)
    keeper.start()
    for _ in range(400):
        if anchors.names(FOLDER):
            break
        Event().wait(0.05)
    keeper.stop()
    keeper.join(20)
    assert not keeper.is_alive()
    assert keeper.trouble is None
    assert check_anchored(store, KEYS, anchors) is not None


def test_the_keeper_says_what_is_wrong_once_and_tries_again(
    store: Store, anchors: Blobs, caplog: pytest.LogCaptureFixture
) -> None:
    log_of(store, 3)
    write(store, 1, first=3)
    with store.begin() as tx:
        kept = tx.connection.execute(select(checkpoints)).mappings().one()
        tx.connection.execute(delete(checkpoints))
    keeper = Keeper(store, KEYS, lambda: NOW, anchors)
    assert [keeper.step(), keeper.step()] == [0, 0]
    assert keeper.trouble is not None
    assert "audit verify" in keeper.trouble
    assert len(caplog.records) == 1
    with store.begin() as tx:
        tx.connection.execute(checkpoints.insert().values(**kept))
    assert keeper.step() == 1
    assert keeper.trouble is None


def test_the_keeper_signs_nothing_on_a_database_that_was_rolled_back(
    store: Store, anchors: Blobs
) -> None:
    log_of(store, 3)
    anchors.put(f"{FOLDER}/000000000000000009", KEYS.sign(9, b"r" * 32).encode())
    write(store, 1, first=3)
    keeper = Keeper(store, KEYS, lambda: NOW, anchors)
    keeper.step()
    assert keeper.trouble is not None
    assert "rolled back" in keeper.trouble
    with store.read() as tx:
        note = latest(tx.connection)
    assert note is not None
    assert checkpoint.verify(note, KEYS.verifiers).size == 3
