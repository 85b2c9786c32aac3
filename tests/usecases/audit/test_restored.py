"""After a restore no name is given twice, and the log goes on with a named gap."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.usecases.audit.prove import verify_audit
from bot.usecases.audit.restored import record_restore
from bot.usecases.context import Act
from storage.audit.checks.walk import Fault
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.anchors import is_rolled_back, publish
from storage.audit.proofs.restores import Restore
from storage.blobs import Blobs, open_blobs
from storage.errors import StorageError
from storage.records import Action, Origin, Request
from storage.tables import outbox
from tests.product import AMIR, JONAS, RAVI, ROSA, Product
from tests.storage.audit.logs import KEYS

OTHERS = (
    {"clip": "en-us-0006", "span": "2.8-3.5"},
    {"clip": "en-us-0008", "span": "1.3-2.0"},
)


@pytest.fixture
def anchors(tmp_path: Path) -> Blobs:
    return open_blobs(str(tmp_path / "anchors"))


def sign(product: Product, anchors: Blobs) -> None:
    store = product.services.store
    sequence_all(store, KEYS, product.clock)
    publish(store, KEYS, anchors, product.now, at_once=True)
    sequence_all(store, KEYS, product.clock)


def copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        read.backup(written)


def database_of(product: Product) -> Path:
    return Path(product.services.store.url.removeprefix("sqlite:///"))


@pytest.fixture
def lost(product: Product, anchors: Blobs, tmp_path: Path) -> list[Request]:
    """Return requests of the time after the backup; the database is restored."""
    first = product.open(ROSA)
    product.answer(RAVI, first, "lamp")
    sign(product, anchors)
    backup = tmp_path / "backup.db"
    copy(database_of(product), backup)
    product.answer(JONAS, first, "lamp")
    lost = [product.ask(ROSA, **other).request for other in OTHERS]
    sign(product, anchors)
    product.services.store.close()
    copy(backup, database_of(product))
    return [first, *lost]


def restored(product: Product, anchors: Blobs) -> Restore:
    product.pass_time(minutes=1)
    return record_restore(
        product.services,
        Act(person=None, origin=Origin.CLI, now=product.now),
        KEYS,
        anchors,
        reason="the disk failed",
    )


@pytest.mark.usefixtures("lost")
def test_an_unrecorded_restore_is_recognised_and_nothing_is_signed(
    product: Product, anchors: Blobs
) -> None:
    with product.services.store.read() as tx:
        assert is_rolled_back(tx, anchors)
    with pytest.raises(Fault) as fault:
        verify_audit(product.services, product.act(AMIR), KEYS, anchors)
    assert fault.value.kind == "rolled back"


def test_no_name_and_no_task_of_the_lost_time_is_given_again(
    product: Product, anchors: Blobs, lost: list[Request]
) -> None:
    restored(product, anchors)
    again = [product.ask(ROSA, **other).request for other in OTHERS]
    names = {each.name for each in again}
    assert names.isdisjoint(each.name for each in lost)
    assert min(each.id for each in again) > 10_000


def test_a_word_settled_anew_gets_another_result_than_the_lost_one(
    product: Product, anchors: Blobs, lost: list[Request]
) -> None:
    restored(product, anchors)
    product.pass_time(minutes=1)
    product.answer(JONAS, lost[0], "lump")
    with product.services.store.read() as tx:
        ids = [result.id for result in tx.results.newest(10)]
    assert f"{lost[0].name}/1" not in ids


@pytest.mark.usefixtures("lost")
def test_waiting_messages_are_looked_for_before_they_are_posted(
    product: Product, anchors: Blobs
) -> None:
    restored(product, anchors)
    with product.services.store.read() as tx:
        rows = tx.connection.execute(outbox.select()).all()
    waiting = [row for row in rows if row.done_at is None]
    assert waiting
    assert all(row.attempts > 0 for row in waiting)


@pytest.mark.usefixtures("lost")
def test_the_log_goes_on_after_the_gap_and_both_halves_are_told(
    product: Product, anchors: Blobs
) -> None:
    gap = restored(product, anchors)
    assert gap.lost > 0
    assert product.last_event().action is Action.DATABASE_RESTORED
    assert product.last_event().numbers == {"size": gap.size, "lost": gap.lost}
    product.ask(RAVI, **OTHERS[0])
    sign(product, anchors)
    found = verify_audit(product.services, product.act(AMIR), KEYS, anchors)
    assert found.restores == (gap,)
    assert found.log.size > gap.size
    with product.services.store.read() as tx:
        assert not is_rolled_back(tx, anchors)


@pytest.mark.usefixtures("lost")
def test_a_second_restore_is_named_beside_the_first(
    product: Product, anchors: Blobs, tmp_path: Path
) -> None:
    first = restored(product, anchors)
    sign(product, anchors)
    backup = tmp_path / "second.db"
    copy(database_of(product), backup)
    product.ask(RAVI, **OTHERS[0])
    sign(product, anchors)
    product.services.store.close()
    copy(backup, database_of(product))
    second = restored(product, anchors)
    sign(product, anchors)
    found = verify_audit(product.services, product.act(AMIR), KEYS, anchors)
    assert found.restores == (first, second)


@pytest.mark.usefixtures("lost")
def test_a_forged_gap_hides_nothing(product: Product, anchors: Blobs) -> None:
    name = "restored/000001"
    restored(product, anchors)
    note = anchors.get(name)
    anchors.put(name, note.replace(b"anchored ", b"anchored 1"))
    with pytest.raises(Fault, match="not genuine"):
        verify_audit(product.services, product.act(AMIR), KEYS, anchors)
    anchors.delete(name)
    with pytest.raises(Fault, match="cut off"):
        verify_audit(product.services, product.act(AMIR), KEYS, anchors)


@pytest.mark.usefixtures("lost")
def test_a_changed_log_does_not_pass_for_a_restored_one(
    product: Product, anchors: Blobs
) -> None:
    with product.services.store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE log_tiles SET hashes = zeroblob(32)")
    with pytest.raises(StorageError):
        restored(product, anchors)
