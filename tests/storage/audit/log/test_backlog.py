"""How many events wait to be signed, on both databases."""

import pytest

from storage.audit.log import backlog as module
from storage.audit.log.backlog import Backlog, backlog
from storage.audit.log.sequencer import sequence, sequence_all
from storage.store import Store
from tests.storage.audit.logs import KEYS, write
from tests.storage.builders import NOW, SECOND


def look(store: Store) -> Backlog:
    with store.read() as tx:
        return backlog(tx.log)


def test_nothing_waits_in_an_empty_or_signed_log(store: Store) -> None:
    assert look(store) == Backlog(waiting=0, oldest=None)
    write(store, 3)
    sequence_all(store, KEYS, lambda: NOW)
    assert look(store) == Backlog(waiting=0, oldest=None)


def test_what_waits_is_counted_and_the_oldest_is_dated(store: Store) -> None:
    write(store, 5)
    assert look(store) == Backlog(waiting=5, oldest=NOW)
    sequence(store, KEYS, NOW, batch=2)
    assert look(store) == Backlog(waiting=3, oldest=NOW + 2 * SECOND)


def test_counting_ends_somewhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    write(store, 5)
    assert look(store).waiting == 3
