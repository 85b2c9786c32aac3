"""Charts count what the log holds, and only what was asked about."""

from datetime import date, timedelta

import pytest

from storage.audit.log.sequencer import sequence_all
from storage.audit.query.search import Question
from storage.audit.query.summary import MAX_PEOPLE, Summary, can_summarise, summarise
from storage.records import Action, Outcome, Person
from storage.store import Store
from tests.storage.audit.logs import KEYS
from tests.storage.builders import ANA, BEN, NOW, event

DAY = timedelta(days=1)
FIRST = NOW.date()


@pytest.fixture
def told(store: Store) -> Store:
    """Three days: Ana every day, Ben once and refused, help-clip itself once."""
    with store.begin() as tx:
        for n in range(3):
            tx.log.record(
                event(
                    at=NOW + n * DAY,
                    action=Action.SNIPPET_PLAYED,
                    numbers={"played_ms": 500},
                )
            )
        tx.log.record(
            event(at=NOW + DAY, actor=BEN, outcome=Outcome.DENIED, desk="de-DE")
        )
        tx.log.record(event(at=NOW + DAY, actor=None, desk=None))
    sequence_all(store, KEYS, lambda: NOW)
    return store


def summary(store: Store, last: date = FIRST + 3 * DAY, **asked: object) -> Summary:
    with store.read() as tx:
        return summarise(tx.log, Question(**asked), FIRST, last)  # type: ignore[arg-type]


def test_days_are_counted_and_empty_days_are_there(told: Store) -> None:
    found = summary(told)
    assert [(one.allowed, one.refused) for one in found.days] == [
        (1, 0),
        (2, 1),
        (1, 0),
        (0, 0),
    ]
    assert found.days[0].day == FIRST
    assert found.events == 5, "as many as the days show, help-clip's own among them"


def test_people_are_ranked_without_help_clip_itself(told: Store) -> None:
    found = summary(told)
    assert [(one.person, one.events, one.refused) for one in found.people] == [
        (ANA, 3, 0),
        (BEN, 1, 1),
    ]
    assert (found.n_people, found.played_ms) == (2, 1500)


@pytest.mark.parametrize(
    ("asked", "events"),
    [
        ({"person": ANA}, 3),
        ({"person": Person(team_id="", user_id="U_ANA")}, 3),
        ({"person": Person(team_id="T9", user_id="U_ANA")}, 0),
        ({"desk": "de-DE"}, 1),
        ({"outcome": Outcome.DENIED}, 1),
        ({"actions": (Action.SNIPPET_PLAYED,)}, 3),
        ({"actions": (Action.SNIPPET_PLAYED,), "outcome": Outcome.DENIED}, 0),
    ],
)
def test_only_what_was_asked_about_is_counted(
    told: Store, asked: dict[str, object], events: int
) -> None:
    found = summary(told, **asked)
    assert found.events == events
    assert sum(one.allowed + one.refused for one in found.days) == events


def test_days_outside_are_not_counted(told: Store) -> None:
    assert summary(told, last=FIRST).events == 1


def test_many_people_are_counted_but_not_all_listed(store: Store) -> None:
    with store.begin() as tx:
        for n in range(MAX_PEOPLE + 5):
            tx.log.record(event(actor=Person(team_id="T1", user_id=f"U{n}")))
    sequence_all(store, KEYS, lambda: NOW)
    found = summary(store)
    assert (len(found.people), found.n_people) == (MAX_PEOPLE, MAX_PEOPLE + 5)


@pytest.mark.parametrize(
    "asked", [{"clip_id": "x"}, {"request": "HC-1"}, {"unusual": True}]
)
def test_what_is_not_counted_cannot_be_summarised(
    told: Store, asked: dict[str, object]
) -> None:
    assert not can_summarise(Question(**asked))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="counts are kept"):
        summary(told, **asked)
