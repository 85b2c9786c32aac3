"""Limits, breaks, what is offered, what may be counted, and what a call for a chat
carries.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.config.desks_file import parse_desks
from bot.errors import Invalid
from bot.rules.distress.care import (
    Care,
    countable,
    find_colleague,
    may_listen_now,
    rest_of,
)
from storage.records import Break, Exposure, Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ANA = Person(team_id="T1", user_id="U1")


def pause(**changes: Any) -> Break:
    values = {"id": 1, "person": ANA, "started_at": NOW, "ends_at": NOW + 15 * MINUTE}
    return Break(**{**values, **changes})  # type: ignore[arg-type]


def met(*minutes_ago: int) -> list[Exposure]:
    return [
        Exposure(at=NOW - m * MINUTE, stopped_it=True, heard=True) for m in minutes_ago
    ]


def test_a_break_lasts_until_its_end_or_until_they_are_back() -> None:
    rest = rest_of([pause()], [], [], NOW)
    assert rest is not None
    assert rest.chosen
    assert rest_of([pause()], [], [], NOW + 15 * MINUTE) is None
    assert rest_of([pause(ended_at=NOW)], [], [], NOW + MINUTE) is None


@pytest.mark.parametrize(
    ("minutes_ago", "rests_for"),
    [((), 0), ((1, 2), 0), ((10, 20, 30), 20), ((30, 40, 50), 0), ((0, 1, 2, 3), 30)],
)
def test_a_desks_limit_asks_for_a_cool_down(
    minutes_ago: tuple[int, ...], rests_for: int
) -> None:
    rest = rest_of([], met(*minutes_ago), [Care()], NOW)
    assert (rest.until - NOW if rest else timedelta(0)) == rests_for * MINUTE
    assert rest is None or not rest.chosen


def test_recordings_that_were_not_heard_ask_for_no_cool_down() -> None:
    unheard = Exposure(at=NOW, stopped_it=True, heard=False)
    assert rest_of([], [unheard] * 5, [Care()], NOW) is None
    rest = rest_of([], [unheard, *met(10, 20, 25)], [Care()], NOW)
    assert rest is not None
    assert rest.until == NOW + 20 * MINUTE


def test_of_two_desks_the_stricter_counts() -> None:
    strict = Care(stops_a_day=1, cool_down=60 * MINUTE)
    rest = rest_of([], met(10), [Care(), strict], NOW)
    assert rest is not None
    assert rest.until == NOW + 50 * MINUTE


def test_whoever_rests_hears_nothing_and_is_told_what_to_do() -> None:
    own = may_listen_now(rest_of([pause()], [], [], NOW))
    asked = may_listen_now(rest_of([], met(0, 0, 0), [Care()], NOW))
    assert own is not None
    assert asked is not None
    assert (own.rule, asked.rule) == ("on_break", "cool_down")
    assert "09:30" in asked.sentence
    assert may_listen_now(None) is None


def test_fewer_than_five_people_are_not_counted() -> None:
    four = {f"U{n}": 2 for n in range(4)}
    assert countable(four, 3) is None
    assert countable({**four, "U5": 3}, 3) == (5, 11, 1)


@pytest.mark.parametrize("text", ["", "  ", "<@U0REVIEW1>", " <@W0REVIEW1|rosa> "])
def test_a_call_names_one_colleague_or_nobody(text: str) -> None:
    assert find_colleague(text) in (None, "U0REVIEW1", "W0REVIEW1")


@pytest.mark.parametrize(
    "text",
    [
        "en-us-0001",
        "HC-1042",
        "1.2-1.9",
        '"turn off the lamp"',
        "<@U0REVIEW1> about en-us-0001",
        "<@U0REVIEW1> <@U0REVIEW2>",
        "<#C0HELPENUS>",
        "https://files.example.org/a.wav",
        "@rosa",
        "I am not well",
    ],
)
def test_a_call_carries_nothing_else_and_repeats_nothing(text: str) -> None:
    with pytest.raises(Invalid) as error:
        find_colleague(text)
    assert text not in str(error.value)


@pytest.mark.parametrize(
    "raw",
    [
        [],
        {"stops": 3},
        {"stops_a_day": 0},
        {"stops_a_day": True},
        {"cool_down_minutes": 0.5},
    ],
)
def test_a_limit_that_cannot_be_used_is_named(raw: Any) -> None:
    with pytest.raises(Invalid, match=r"\[desks.en\].* care|\[desks.en\]: care"):
        parse_desks({"desks": {"en": {"locale": "en", "channel": "C1", "care": raw}}})
