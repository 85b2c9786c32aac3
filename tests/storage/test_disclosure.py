"""Counting what was heard, on both databases."""

from collections.abc import Callable
from datetime import timedelta

from storage.records import Action, Case, Listen, Outcome
from storage.store import Store
from tests.storage.builders import ANA, BEN, CLEO, NOW, SECOND, add_request, event

MONTH = timedelta(days=30)


def test_listens_are_counted_by_clip_person_and_time(store: Store) -> None:
    with store.begin() as tx:
        for clip, people in (("c1", (ANA, BEN)), ("c2", (ANA, CLEO)), ("c1", (ANA,))):
            asked = add_request(tx, clip_id=clip)
            for n, person in enumerate(people):
                listen = Listen(
                    id=f"{asked.key}{n}",
                    request_id=asked.id,
                    listener=person,
                    press=f"p{n}",
                    granted_at=NOW,
                )
                tx.listens.add(listen)
                tx.listens.save_played(listen.id, played_ms=500, loops=1)
        everywhere = tx.disclosure.listens(NOW, NOW + MONTH, by_desk=False)[0]
        by_desk = tx.disclosure.listens(NOW, NOW + MONTH, by_desk=True)
        assert tx.disclosure.listens(NOW - MONTH, NOW, by_desk=False)[0].clips == 0
    assert (everywhere.clips, everywhere.people) == (2, 3)
    assert (everywhere.ears, everywhere.played_ms) == (4, 2500)
    assert [found.desk for found in by_desk] == ["en-GB"]


def test_clips_are_counted_once_however_often_they_were_asked_about(
    store: Store,
) -> None:
    with store.begin() as tx:
        for desk, clip, outcome in (
            ("a", "c1", Outcome.ALLOWED),
            ("a", "c1", Outcome.ALLOWED),
            ("b", "c1", Outcome.ALLOWED),
            ("b", "c2", Outcome.DENIED),
        ):
            act = event(
                action=Action.REQUEST_ASKED, desk=desk, clip_id=clip, outcome=outcome
            )
            tx.log.record(act)
        found = tx.disclosure.clips_by_desk(Action.REQUEST_ASKED, NOW, NOW + MONTH)
    assert found == {"a": 1, "b": 1, None: 1}


def test_a_case_is_answered_by_its_first_reply(store: Store) -> None:
    with store.begin() as tx:
        answered = _case(tx.cases.add, "k1")
        _case(tx.cases.add, "k2")
        tx.cases.add_reply(answered.id, ANA, "first", NOW + 60 * SECOND)
        tx.cases.add_reply(answered.id, ANA, "second", NOW + 90 * SECOND)
        assert tx.disclosure.answer_times(NOW, NOW + MONTH) == [60.0, None]
        assert tx.disclosure.answer_times(NOW - MONTH, NOW) == []


def _case(add: Callable[..., Case], key: str) -> Case:
    return add(
        key=key,
        clip_id=key,
        request_id=None,
        desk=None,
        opened_at=NOW,
        due_at=NOW + SECOND,
    )
