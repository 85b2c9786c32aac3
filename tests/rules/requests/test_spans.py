"""Spans as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.rules.requests.spans import (
    MAX_MS,
    MIN_MS,
    check_span,
    format_span,
    least_confident,
    padded,
    padding_ms,
    parse_command,
    parse_span,
    span_of_words,
)
from storage.records import Span, TimingSource, Word


@pytest.mark.parametrize(
    ("text", "start_ms", "end_ms"),
    [
        ("1.2-1.9", 1200, 1900),
        ("1,2 - 1,9", 1200, 1900),
        ("1.2–1.9s", 1200, 1900),
        ("1200-1900ms", 1200, 1900),
        ("1.2s to 1.9s", 1200, 1900),
        ("0..0.5", 0, 500),
        ("1.2s-1900ms", 1200, 1900),
    ],
)
def test_people_write_spans_in_many_ways(text: str, start_ms: int, end_ms: int) -> None:
    assert parse_span(text) == Span(start_ms=start_ms, end_ms=end_ms)


@pytest.mark.parametrize(
    "text",
    ["", "1.2", "abc", "1.9-1.2", "1-1", "1-9", "1.2-", "-1-2", "1.2-1.21", "9" * 400],
)
def test_a_span_that_cannot_be_used_says_what_to_write(text: str) -> None:
    with pytest.raises(Invalid, match=r"[A-Z].+") as error:
        parse_span(text)
    assert error.value.field == "span"


@given(st.integers(0, 600_000), st.integers(MIN_MS, MAX_MS))
def test_a_written_span_reads_back(start_ms: int, length_ms: int) -> None:
    span = Span(start_ms=start_ms, end_ms=start_ms + length_ms)
    assert parse_span(format_span(span)) == span


def test_a_span_behind_the_end_is_refused() -> None:
    with pytest.raises(Invalid, match="beyond the end"):
        check_span(Span(start_ms=5000, end_ms=5500), clip_ms=4000)


def test_the_command_takes_a_clip_and_a_span_or_neither() -> None:
    assert parse_command("") == (None, None)
    assert parse_command(" a-1 ") == ("a-1", None)
    assert parse_command('"a-1"') == ("a-1", None)
    assert parse_command("`a-1` 0.1-0.2")[0] == "a-1"
    assert parse_command("a-1 1.2 - 1.9 s") == ("a-1", Span(start_ms=1200, end_ms=1900))


def word(start_ms: int, end_ms: int, confidence: float | None = None) -> Word:
    return Word(text="w", start_ms=start_ms, end_ms=end_ms, confidence=confidence)


def test_a_word_squeezed_to_nothing_is_widened() -> None:
    assert span_of_words([word(1000, 1000)], 0, 0).length_ms >= MIN_MS


def test_the_least_certain_word_comes_first_and_ties_keep_the_order_of_speech() -> None:
    words = [word(0, 1, 0.9), word(1, 2, 0.3), word(2, 3), word(3, 4, 0.3)]
    assert least_confident(words) == [1, 3, 0, 2]


moments = st.integers(0, 5000)
walls = st.lists(st.tuples(moments, moments).map(sorted).map(tuple), max_size=5)


@given(
    start_ms=moments,
    length_ms=st.integers(60, 3000),
    before_ms=st.integers(0, 300),
    after_ms=st.integers(0, 300),
    walls=walls,
)
def test_a_padded_span_holds_the_span_and_grows_over_no_wall(
    start_ms: int,
    length_ms: int,
    before_ms: int,
    after_ms: int,
    walls: list[tuple[int, int]],
) -> None:
    span = Span(start_ms=start_ms, end_ms=start_ms + length_ms)
    made = padded(span, before_ms, after_ms, walls)
    assert start_ms - before_ms <= made.start_ms <= start_ms
    assert span.end_ms <= made.end_ms <= span.end_ms + after_ms
    assert made.length_ms <= MAX_MS
    added = [(made.start_ms, span.start_ms), (span.end_ms, made.end_ms)]
    for wall_start_ms, wall_end_ms in walls:
        if span.start_ms <= wall_start_ms and wall_end_ms <= span.end_ms:
            continue
        for first_ms, last_ms in added:
            assert min(last_ms, wall_end_ms) <= max(first_ms, wall_start_ms)


def test_a_recognisers_word_gets_more_before_it_than_after_it() -> None:
    before_ms, after_ms = padding_ms(TimingSource.RECOGNISER)
    assert before_ms > after_ms
    assert padding_ms(TimingSource.HUMAN) == (120, 120)
