"""Every combination of filters gives exactly the events it names, in order, page by
page.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.audit.log.append import canonical, is_unusual
from storage.audit.query.search import Question, answer, every
from storage.errors import StorageError
from storage.records import Action, Event, Outcome, RecordedEvent
from storage.store import Store
from tests.storage.builders import ANA, BEN, NOW, SECOND, event

ACTIONS = (Action.SNIPPET_PLAYED, Action.SNIPPET_HEARD_CLOSER, Action.PROPOSAL_MADE)


def history() -> list[Event]:
    """A little of everything, several events at the same microsecond, not in order of
    time.
    """
    combinations = product(
        (ANA, BEN, None),
        ("en-GB", "de-DE", None),
        ACTIONS,
        Outcome,
        ("clip-1", "clip-2", None),
    )
    return [
        event(
            actor=actor,
            desk=desk,
            action=action,
            outcome=outcome,
            clip_id=clip,
            request=f"HC-{1000 + n % 7}",
            at=NOW + ((n * 37) % 50) * SECOND,
            numbers={"loops": 30} if n % 5 == 0 else {},
        )
        for n, (actor, desk, action, outcome, clip) in enumerate(combinations)
    ]


def matches(question: Question, found: Event) -> bool:
    """The same question, asked of one event in the plainest way."""
    return all(
        (
            question.person is None or found.actor == question.person,
            question.clip_id is None or found.clip_id == question.clip_id,
            question.request is None or found.request == question.request,
            question.desk is None or found.desk == question.desk,
            not question.actions or found.action in question.actions,
            question.outcome is None or found.outcome == question.outcome,
            not question.unusual or is_unusual(found),
            question.since is None or found.at >= question.since,
            question.until is None or found.at < question.until,
        )
    )


TOLD = [
    RecordedEvent(id=n, event=one, canonical=canonical(one))
    for n, one in enumerate(history(), start=1)
]


@pytest.fixture
def told(store: Store) -> None:
    with store.begin() as tx:
        for one in TOLD:
            assert tx.log.record(one.event) == one.id


questions = st.builds(
    Question,
    person=st.sampled_from((None, ANA, BEN)),
    clip_id=st.sampled_from((None, None, "clip-1", "clip-9")),
    request=st.sampled_from((None, None, "HC-1003")),
    desk=st.sampled_from((None, "en-GB", "fr-FR")),
    actions=st.sampled_from(((), ACTIONS[:1], ACTIONS[1:], (Action.SESSION_ENDED,))),
    outcome=st.sampled_from((None, *Outcome)),
    unusual=st.sampled_from((False, False, True)),
    since=st.sampled_from((None, NOW + 10 * SECOND)),
    until=st.sampled_from((None, NOW + 40 * SECOND)),
    newest_first=st.booleans(),
    limit=st.sampled_from((1, 7, 50)),
)


@settings(
    max_examples=90,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(question=questions)
@pytest.mark.usefixtures("told")
def test_pages_together_hold_exactly_what_was_asked_for(
    store: Store, question: Question
) -> None:
    expected = sorted(
        (found for found in TOLD if matches(question, found.event)),
        key=lambda found: (found.event.at, found.id),
        reverse=question.newest_first,
    )
    if question.limit == 1:
        expected = expected[:8]
    with store.read() as tx:
        assert (
            pages(lambda cursor: with_cursor(question, cursor), tx, len(expected))
            == expected
        )


@settings(
    max_examples=90,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(question=questions, second=st.integers(-5, 90), number=st.integers(0, 100))
@pytest.mark.usefixtures("told")
def test_a_marker_from_elsewhere_goes_on_within_what_is_asked_for(
    store: Store, question: Question, second: int, number: int
) -> None:
    place = (NOW + second * SECOND, number)
    micros = (place[0] - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    expected = sorted(
        (
            found
            for found in TOLD
            if matches(question, found.event)
            and ((found.event.at, found.id) < place) == question.newest_first
            and (found.event.at, found.id) != place
        ),
        key=lambda found: (found.event.at, found.id),
        reverse=question.newest_first,
    )
    with store.read() as tx:
        page = answer(tx.log, with_cursor(question, f"f{micros}.{number}"))
    assert list(page.events) == expected[: question.limit]


def with_cursor(question: Question, cursor: str | None) -> Question:
    return Question(**{**vars(question), "cursor": cursor})


def pages(
    ask: Callable[[str | None], Question], tx: object, wanted: int
) -> list[RecordedEvent]:
    cursor: str | None = None
    found: list[RecordedEvent] = []
    while len(found) < wanted or not wanted:
        page = answer(tx.log, ask(cursor))  # type: ignore[arg-type]
        found += page.events
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


@pytest.mark.usefixtures("told")
def test_walking_back_gives_the_same_pages(store: Store) -> None:
    question = Question(limit=40, desk="en-GB")
    with store.read() as tx:
        first = answer(tx.log, question)
        second = answer(tx.log, with_cursor(question, first.next_cursor))
        third = answer(tx.log, with_cursor(question, second.next_cursor))
        assert first.previous_cursor is None
        assert third.next_cursor is None
        assert len(third.events) == 1
        again = answer(tx.log, with_cursor(question, third.previous_cursor))
        assert again.events == second.events
        start = answer(tx.log, with_cursor(question, again.previous_cursor))
        assert start.events == first.events
        assert start.previous_cursor is None
        assert (
            answer(tx.log, with_cursor(question, start.next_cursor)).events
            == second.events
        )


@pytest.mark.usefixtures("told")
def test_new_events_do_not_shift_later_pages(store: Store) -> None:
    with store.read() as tx:
        first = answer(tx.log, Question(limit=10))
        before = answer(tx.log, Question(limit=10, cursor=first.next_cursor))
    with store.begin() as tx:
        tx.log.record(event(at=NOW + timedelta(hours=1)))
    with store.read() as tx:
        assert answer(tx.log, Question(limit=10, cursor=first.next_cursor)) == before


@pytest.mark.usefixtures("told")
def test_every_event_streams_in_order(store: Store) -> None:
    with store.read() as tx:
        found = list(every(tx.log, Question(newest_first=False)))
    assert found == sorted(TOLD, key=lambda one: (one.event.at, one.id))


def test_an_unusual_play_is_found(store: Store) -> None:
    with store.begin() as tx:
        tx.log.record(
            event(action=Action.SNIPPET_PLAYED, numbers={"played_ms": 900, "loops": 2})
        )
        loud = tx.log.record(event(action=Action.SNIPPET_PLAYED, numbers={"loops": 21}))
        tx.log.record(event(action=Action.SNIPPET_HEARD, numbers={"loops": 21}))
        denied = {"action": Action.SNIPPET_PLAYED, "outcome": Outcome.DENIED}
        tx.log.record(event(**denied, numbers={"loops": 21}))
        long = tx.log.record(
            event(action=Action.SNIPPET_PLAYED, numbers={"played_ms": 120_001})
        )
    with store.read() as tx:
        found = answer(tx.log, Question(unusual=True, newest_first=False))
    assert [one.id for one in found.events] == [loud, long]


def test_an_empty_log_has_one_empty_page(store: Store) -> None:
    with store.read() as tx:
        page = answer(tx.log, Question())
    assert (page.events, page.next_cursor, page.previous_cursor) == ((), None, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "f1",
        "f1.",
        "f-1.2",
        "f1.2 ",
        "f1.2\n",
        "f" + "9" * 18 + ".1",
        "f1.1;drop",
        "f١.٢",
    ],
)
def test_a_made_up_cursor_is_refused(store: Store, cursor: str) -> None:
    with store.read() as tx, pytest.raises(StorageError, match="page marker"):
        answer(tx.log, Question(cursor=cursor))


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_page_has_sane_bounds(store: Store, limit: int) -> None:
    with store.read() as tx, pytest.raises(StorageError, match="between 1 and 500"):
        answer(tx.log, Question(limit=limit))


@pytest.mark.usefixtures("told")
def test_words_in_a_filter_are_data_not_sql(store: Store) -> None:
    with store.read() as tx:
        assert answer(tx.log, Question(clip_id="' OR 1=1 --")).events == ()
