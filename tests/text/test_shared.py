"""What people read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.text.shared import (
    ANSWERS,
    DIFFICULTIES,
    STATES,
    asked_ago,
    difficulties,
    settled_as,
    time_left,
)
from storage.records import Answer, Difficulty, RequestState
from tests.rules.people.test_permission import NOW, request


def test_everything_that_can_happen_has_a_word() -> None:
    assert set(STATES) == set(RequestState)
    assert set(ANSWERS) == set(Answer)
    assert set(DIFFICULTIES) == set(Difficulty)


@pytest.mark.parametrize(
    ("time", "says"),
    [
        ({"days": 3}, "3 days left"),
        ({"hours": 5}, "5 h left"),
        ({"minutes": 12}, "12 min left"),
        ({"seconds": 3}, "1 min left"),
        ({"seconds": -1}, "time is up"),
    ],
)
def test_time_left_is_said_the_way_people_say_it(
    time: dict[str, int], says: str
) -> None:
    assert (
        time_left(replace(request(), expires_at=NOW + timedelta(**time)), NOW) == says
    )


@pytest.mark.parametrize(
    ("time", "says"),
    [
        ({}, "asked just now"),
        ({"minutes": 5}, "asked 5 min ago"),
        ({"hours": 3}, "asked 3 h ago"),
        ({"days": 4}, "asked 4 days ago"),
    ],
)
def test_age_is_said_the_way_people_say_it(time: dict[str, int], says: str) -> None:
    assert asked_ago(request(), NOW + timedelta(**time)) == says


def test_several_difficulties_read_as_one_phrase() -> None:
    hard = replace(request(), difficulties=(Difficulty.NOISE, Difficulty.CUT_OFF))
    assert difficulties(hard) == "Noise, cut off"
    assert difficulties(request()) == ""


@pytest.mark.parametrize(
    ("answer", "text", "personal", "says"),
    [
        (Answer.WORDS, "lamp", False, "lamp"),
        (Answer.WORDS, "anna", True, "a personal name or number"),
        (Answer.CANT_TELL, None, False, "nobody could tell"),
        (Answer.NOT_SPEECH, None, False, "not speech"),
        (Answer.NOT_FOR_ASSISTANT, None, False, "no word"),
    ],
)
def test_how_a_request_was_settled(
    answer: Answer, text: str | None, personal: bool, says: str
) -> None:
    settled = replace(
        request(RequestState.AGREED),
        settled_answer=answer,
        settled_text=text,
        settled_personal=personal,
    )
    assert settled_as(settled) == says
