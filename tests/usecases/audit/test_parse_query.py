"""Filters as people type them become the question they mean, or one clear complaint."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.usecases.audit.parse_query import (
    FILTERS,
    as_filters,
    parse_words,
    read_question,
)
from storage.audit.query.search import Question
from storage.records import Action, Outcome, Person

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ME = Person(team_id="T1", user_id="U1ME")
HEARD = (
    Action.SNIPPET_HEARD,
    Action.SNIPPET_HEARD_CLOSER,
    Action.SNIPPET_HEARD_UNMASKED,
    Action.SNIPPET_PLAYED,
)


def read(**filters: str) -> Question:
    return read_question(filters, team_id="T1", now=NOW, me=ME)


def test_nothing_asked_is_everything() -> None:
    assert read() == read(clip="  ", since="") == Question()


@pytest.mark.parametrize(
    ("filters", "question"),
    [
        ({"clip": " A17 "}, Question(clip_id="A17")),
        ({"request": "hc-1042"}, Question(request="HC-1042")),
        ({"request": "1042"}, Question(request="HC-1042")),
        ({"person": "me"}, Question(person=ME)),
        ({"person": "U2"}, Question(person=Person(team_id="T1", user_id="U2"))),
        ({"person": "T9/U2"}, Question(person=Person(team_id="T9", user_id="U2"))),
        ({"person": "<@U2|ana>"}, Question(person=Person(team_id="T1", user_id="U2"))),
        ({"action": "heard"}, Question(actions=HEARD)),
        (
            {"action": "proposal.made, heard snippet.heard"},
            Question(actions=(Action.PROPOSAL_MADE, *HEARD)),
        ),
        ({"outcome": "DENIED"}, Question(outcome=Outcome.DENIED)),
        ({"unusual": "yes"}, Question(unusual=True)),
        ({"unusual": "no"}, Question()),
        ({"since": "7d"}, Question(since=NOW - timedelta(days=7))),
        ({"since": "90m", "until": "1h"}, None),
        ({"since": "2026-03-01"}, Question(since=datetime(2026, 3, 1, tzinfo=UTC))),
        (
            {"until": "2026-03-01T09:30+02:00"},
            Question(until=datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
        ),
        ({"order": "oldest"}, Question(newest_first=False)),
        ({"limit": "500"}, Question(limit=500)),
    ],
)
def test_filters_mean_what_they_say(
    filters: dict[str, str], question: Question | None
) -> None:
    expected = question or Question(
        since=NOW - timedelta(minutes=90), until=NOW - timedelta(hours=1)
    )
    assert read(**filters) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"),
        ("person", "Ana Müller"),
        ("person", "ana@example.com"),
        ("request", "HC-"),
        ("request", "the lamp"),
        ("clip", "a word"),
        ("clip", "x" * 129),
        ("clip", "a\x00b"),
        ("desk", "' OR 1=1"),
        ("action", "snippet.eaten"),
        ("outcome", "maybe"),
        ("unusual", "perhaps"),
        ("since", "yesterday"),
        ("since", "2026-13-01"),
        ("until", "99999d9"),
        ("since", "0001-01-01T00:00+14:00"),
        ("order", "random"),
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "٣"),
    ],
)
def test_a_filter_that_means_nothing_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(**{name: value})
    assert caught.value.field == name
    assert len(value) < 5 or value not in str(caught.value)


TYPED = st.text(max_size=12) | st.sampled_from(
    [
        "me",
        "U2",
        "<@U2>",
        "HC-7",
        "a-1",
        "heard,log",
        "denied",
        "no",
        "7d",
        "2026-03-01",
        "newest",
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from((*FILTERS, "colour")), TYPED, max_size=4))
def test_anything_typed_is_a_question_or_one_complaint_about_it(
    filters: dict[str, str],
) -> None:
    wrong, question = None, Question()
    try:
        question = read(**filters)
    except Invalid as error:
        wrong = error.field
    assert wrong is None or wrong in filters
    assert read(**as_filters(question)) == question


def test_a_question_survives_the_way_through_an_address() -> None:
    question = Question(
        person=Person(team_id="T1", user_id="U2"),
        clip_id="A17",
        request="HC-1042",
        desk="en-gb",
        actions=(Action.SNIPPET_HEARD, Action.LOG_QUERIED),
        outcome=Outcome.FAILED,
        unusual=True,
        since=NOW - timedelta(days=1, microseconds=5),
        until=NOW,
        newest_first=False,
        limit=7,
        cursor="f1.2",
    )
    assert read_question(as_filters(question), team_id="T9", now=NOW) == question


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        ("me", {"person": "me"}),
        (
            "<@U2|ana> denied since=7d",
            {"person": "<@U2|ana>", "outcome": "denied", "since": "7d"},
        ),
        ("hc-1042 heard", {"request": "hc-1042", "action": "heard"}),
        ("CLIP=A17 unusual", {"clip": "A17", "unusual": "yes"}),
        ("snippet.played", {"action": "snippet.played"}),
    ],
)
def test_words_after_the_command_are_filters(
    text: str, filters: dict[str, str]
) -> None:
    assert parse_words(text) == filters


def test_other_words_are_answered_with_an_example() -> None:
    with pytest.raises(Invalid, match="clip=A17"):
        parse_words("who heard my dog")
