"""Calls for a chat on both databases: kept until the two are together."""

import json
from datetime import timedelta

from sqlalchemy import select

from storage.records import Task
from storage.records.outbox import AskColleague
from storage.store import Store, Transaction
from storage.tables import outbox
from tests.storage.builders import ANA, BEN, CLEO, NOW

DAY = timedelta(days=1)


def call(tx: Transaction, key: str) -> None:
    tx.peer_talks.add(key, ANA, NOW)
    tx.outbox.enqueue(AskColleague(talk_key=key, user_id=BEN.user_id), now=NOW)


def asked(tx: Transaction) -> list[str]:
    """Return the keys of the talks that a colleague is asked for."""
    query = select(outbox.c.argument).where(outbox.c.task == Task.ASK_COLLEAGUE)
    return [json.loads(found)["talk_key"] for found in tx.connection.scalars(query)]


def test_once_they_are_together_nothing_says_who_they_are(store: Store) -> None:
    with store.begin() as tx:
        call(tx, "one")
        call(tx, "two")
        found = tx.peer_talks.by_key("one")
        assert found is not None
        tx.peer_talks.take(found.id, BEN)
        tx.peer_talks.forget("one")
        assert tx.peer_talks.by_key("one") is None
        assert tx.peer_talks.by_key("two") is not None
        assert asked(tx) == ["two"]


def test_a_call_nobody_had_time_for_is_forgotten(store: Store) -> None:
    with store.begin() as tx:
        call(tx, "one")
        tx.peer_talks.forget_before(NOW)
        assert tx.peer_talks.by_key("one") is not None
        tx.peer_talks.forget_before(NOW + DAY)
        assert tx.peer_talks.by_key("one") is None
        assert asked(tx) == []


def test_the_calls_of_somebody_who_is_erased_go_whoever_made_them(store: Store) -> None:
    with store.begin() as tx:
        call(tx, "one")
        found = tx.peer_talks.by_key("one")
        assert found is not None
        tx.peer_talks.take(found.id, BEN)
        tx.peer_talks.forget_person(CLEO)
        assert tx.peer_talks.by_key("one") is not None
        tx.peer_talks.forget_person(BEN)
        assert tx.peer_talks.by_key("one") is None
