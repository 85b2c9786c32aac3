"""How much of one recording may be heard: the rule as a table and as a property."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.exposure import (
    ExposureLimits,
    context_within,
    covered_ms,
    may_ask_more,
    may_hear_more,
    may_read_more,
    needs_lead,
)
from storage.records import Heard, Person, Request, RequestState, Span

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = ExposureLimits()


def request(start_ms: int, end_ms: int, context_ms: int = 2_000) -> Request:
    return Request(
        id=1,
        key="k",
        state=RequestState.OPEN,
        desk="en",
        locale="en-US",
        clip_id="c",
        span=Span(start_ms=start_ms, end_ms=end_ms),
        asker=Person(team_id="T1", user_id="U1"),
        difficulties=(),
        guess=None,
        quorum=2,
        asked_at=NOW,
        expires_at=NOW,
        context_ms=context_ms,
        speaker="s",
    )


@pytest.mark.parametrize(
    ("earlier", "span", "waits"),
    [
        ([], (0, 3000), False),
        ([(0, 300), (1000, 1300)], (2000, 2300), False),
        ([(0, 300), (1000, 1300), (2000, 2300)], (3000, 3300), True),
        ([(0, 3000), (3000, 6000)], (6000, 6060), True),
        ([(0, 3000), (0, 3000)], (0, 3000), False),
        ([(0, 3000)], (2000, 5000), False),
    ],
)
def test_a_lead_is_asked_beyond_three_questions_or_six_seconds(
    earlier: list[tuple[int, int]], span: tuple[int, int], waits: bool
) -> None:
    before = [request(*each) for each in earlier]
    asked = Span(start_ms=span[0], end_ms=span[1])
    assert needs_lead(LIMITS, before, asked) is waits


spans = st.tuples(st.integers(0, 30_000), st.integers(60, 3_000))


@given(st.lists(spans, max_size=30))
def test_whatever_is_asked_without_a_lead_plays_within_the_limits(
    asked: list[tuple[int, int]],
) -> None:
    going_on: list[Request] = []
    for start_ms, length_ms in asked:
        span = Span(start_ms=start_ms, end_ms=start_ms + length_ms)
        spans_ms = covered_ms([*(each.span for each in going_on), span])
        is_beyond = len(going_on) >= 3 or spans_ms > 6_000
        assert needs_lead(LIMITS, going_on, span) is is_beyond
        if is_beyond:
            continue
        context_ms = context_within(LIMITS, going_on, span)
        going_on.append(request(span.start_ms, span.end_ms, context_ms))
    played = [each.span.widened(each.context_ms) for each in going_on]
    assert covered_ms(each.span for each in going_on) <= 6_000
    assert covered_ms(played) <= 12_000


@given(st.lists(spans, max_size=8))
def test_a_union_is_no_longer_than_its_parts_or_its_extent(
    parts: list[tuple[int, int]],
) -> None:
    union = [Span(start_ms=first, end_ms=first + length) for first, length in parts]
    points = {ms for span in union for ms in range(span.start_ms, span.end_ms)}
    assert covered_ms(union) == len(points)


def test_a_snippet_that_was_heard_may_be_heard_again() -> None:
    asked = request(3_000, 3_300)
    heard = [
        Heard(clip_id="c", part=asked.span.widened(2_000)),
        Heard(clip_id="c", part=Span(start_ms=10_000, end_ms=40_000)),
    ]
    assert may_hear_more(LIMITS, heard, asked) is None


@pytest.mark.parametrize(
    ("heard", "rule"),
    [
        ([], None),
        ([Heard(clip_id="c", part=Span(start_ms=9_000, end_ms=18_000))], "heard_clip"),
        ([Heard(clip_id="d", part=Span(start_ms=0, end_ms=55_000))], None),
        ([Heard(clip_id="d", part=Span(start_ms=0, end_ms=56_000))], "heard_speaker"),
    ],
)
def test_a_listener_hears_so_much_of_a_clip_and_of_a_speaker(
    heard: list[Heard], rule: str | None
) -> None:
    refusal = may_hear_more(LIMITS, heard, request(3_000, 3_300))
    assert (refusal.rule if refusal else None) == rule


def test_a_clip_without_a_known_speaker_counts_for_no_speaker() -> None:
    nameless = replace(request(3_000, 3_300), speaker=None)
    heard = [Heard(clip_id="d", part=Span(start_ms=0, end_ms=100_000))]
    assert may_hear_more(LIMITS, heard, nameless) is None


def test_questions_and_readings_are_limited_by_the_hour() -> None:
    assert may_ask_more(LIMITS, 19) is None
    assert may_ask_more(LIMITS, 20) is not None
    assert may_read_more(LIMITS, ["a"] * 9, "a") is None
    assert may_read_more(LIMITS, ["a"] * 10, "a") is not None
    assert may_read_more(LIMITS, ["a"] * 10, "b") is None
    assert may_read_more(LIMITS, [f"{n}" for n in range(60)], "b") is not None
