"""Phrases about requests, cases and times."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.text.cases import severity_label
from bot.text.requests import (
    answer_label,
    describe_result,
    difficulty_label,
    list_difficulties,
    state_label,
)
from bot.text.times import asked_ago, time_left
from storage.records import Answer, Difficulty, RequestState, Severity
from tests.rules.people.test_permission import NOW, request


def test_every_state_answer_difficulty_and_severity_has_a_label() -> None:
    labels = [state_label(state) for state in RequestState]
    labels += [answer_label(answer) for answer in Answer]
    labels += [difficulty_label(difficulty) for difficulty in Difficulty]
    labels += [severity_label(severity) for severity in Severity]
    assert all(labels)


def test_every_difficulty_can_follow_another() -> None:
    hard = replace(request(), difficulties=tuple(Difficulty))
    assert len(list_difficulties(hard).split(", ")) == len(Difficulty)


@pytest.mark.parametrize(
    ("time", "says"),
    [
        ({"days": 3}, "3 days left"),
        ({"hours": 5}, "5 h left"),
        ({"minutes": 12}, "12 min left"),
        ({"seconds": 3}, "1 min left"),
        ({"seconds": 0}, "time is up"),
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
    assert list_difficulties(hard) == "Noise, cut off"
    assert list_difficulties(request()) == ""


@pytest.mark.parametrize(
    ("answer", "text", "personal", "says"),
    [
        (Answer.WORDS, "lamp", False, "lamp"),
        (Answer.WORDS, "anna", True, "a personal name or number"),
        (Answer.CANT_TELL, None, False, "the listeners could not tell"),
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
    assert describe_result(settled) == says
