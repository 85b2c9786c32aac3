"""Calls for a chat on both databases: kept until the two are together."""

import json
from datetime import timedelta

from sqlalchemy import select

from storage.records import (
    Answer,
    Listen,
    Proposal,
    ShownWord,
    Slip,
    SnippetRecord,
    Span,
    Task,
)
from storage.records.outbox import AskColleague
from storage.store import Store, Transaction
from storage.tables import outbox
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request

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


def test_the_words_somebody_met_are_those_they_were_shown_and_those_they_typed(
    store: Store,
) -> None:
    with store.begin() as tx:
        request = add_request(tx)
        shown = ("turn", None, "on")
        words = (
            ShownWord(text=text, start_ms=n, end_ms=n + 1)
            for n, text in enumerate(shown)
        )
        tx.snippets.put(
            SnippetRecord(
                request_id=request.id,
                blob="b",
                duration_ms=900,
                span=Span(start_ms=0, end_ms=900),
                words=tuple(words),
                peaks=(),
                rendered_at=NOW,
            )
        )
        press = Listen(
            id="l", request_id=request.id, listener=BEN, press="p" * 16, granted_at=NOW
        )
        tx.listens.add(press)
        tx.proposals.put(
            Proposal(
                request_id=request.id,
                proposer=BEN,
                answer=Answer.WORDS,
                text="a lamp",
                confidence=2,
                made_at=NOW,
            )
        )
        assert tx.peer_talks.words_shown_to(BEN, NOW - DAY) == [
            ["turn", "on"],
            ["a", "lamp"],
        ]
        assert tx.peer_talks.words_shown_to(BEN, NOW + SECOND) == []
        assert tx.peer_talks.words_shown_to(CLEO, NOW - DAY) == []


def test_what_was_noticed_is_counted_by_its_kind(store: Store) -> None:
    with store.begin() as tx:
        tx.peer_talks.count_slip(Slip.CLIP)
        tx.peer_talks.count_slip(Slip.CLIP)
        assert tx.peer_talks.slips() == {
            kind: 2 if kind is Slip.CLIP else 0 for kind in Slip
        }
