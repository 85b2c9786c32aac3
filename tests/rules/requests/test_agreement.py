"""What a set of blind proposals adds up to."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.agreement import readings, verdict
from storage.records import Answer, Person, Proposal, RequestState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def proposal(said: str | Answer, who: int = 0) -> Proposal:
    kind = said if isinstance(said, Answer) else Answer.WORDS
    return Proposal(
        request_id=1,
        proposer=Person(team_id="T", user_id=f"U{who}"),
        answer=kind,
        text=None if isinstance(said, Answer) else said,
        confidence=2,
        made_at=NOW,
    )


def proposals(*said: str | Answer) -> list[Proposal]:
    return [proposal(what, who) for who, what in enumerate(said)]


CANT, NOISE = Answer.CANT_TELL, Answer.NOT_SPEECH
ACCIDENT, ASIDE = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED, Answer.NOT_FOR_ASSISTANT


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ([], RequestState.OPEN),
        (["lamp"], RequestState.OPEN),
        (["lamp", " Lamp!"], RequestState.AGREED),
        (["lamp", "lamb"], RequestState.DISPUTED),
        (["lamp", CANT], RequestState.OPEN),
        (["lamp", CANT, "lamp"], RequestState.AGREED),
        (["lamp", CANT, CANT], RequestState.DISPUTED),
        ([CANT, CANT], RequestState.UNCLEAR),
        ([NOISE, NOISE], RequestState.AGREED),
        ([NOISE, "lamp"], RequestState.DISPUTED),
        ([ACCIDENT], RequestState.OPEN),
        ([ACCIDENT, ACCIDENT], RequestState.ACCIDENTAL),
        ([ASIDE, ASIDE], RequestState.ACCIDENTAL),
        ([ACCIDENT, ASIDE], RequestState.DISPUTED),
    ],
)
def test_the_verdict_on(said: list[str | Answer], state: RequestState) -> None:
    assert verdict(proposals(*said), 2, "en-US").state is state


def test_a_tie_is_disputed_however_many_there_are() -> None:
    assert (
        verdict(proposals("a", "a", "b", "b"), 2, "en-US").state
        is RequestState.DISPUTED
    )


def test_one_dissent_among_many_is_disputed() -> None:
    assert (
        verdict(proposals("a", "a", "a", "b"), 2, "en-US").state
        is RequestState.DISPUTED
    )


def test_the_settled_spelling_is_the_commonest() -> None:
    assert verdict(proposals("OK", "okay", "okay"), 3, "en-US").text == "okay"


@given(
    st.lists(
        st.sampled_from(["lamp", "lamb", "Lamp", CANT, NOISE, ACCIDENT]), max_size=5
    )
)
def test_the_order_of_answers_never_matters(said: list[str | Answer]) -> None:
    outcomes = {
        (v.state, v.text)
        for order in permutations(proposals(*said))
        if (v := verdict(list(order), 2, "en-US"))
    }
    assert len(outcomes) == 1


@given(
    st.lists(st.sampled_from(["lamp", "lamb", CANT, NOISE]), max_size=4),
    st.lists(st.integers(1, 3), min_size=4, max_size=4),
)
def test_an_outcome_does_not_depend_on_how_sure_the_listeners_were(
    said: list[str | Answer], confidences: list[int]
) -> None:
    given_answers = proposals(*said)
    surer = [
        replace(each, confidence=confidence)
        for each, confidence in zip(given_answers, confidences, strict=False)
    ]
    assert verdict(surer, 2, "en-US") == verdict(given_answers, 2, "en-US")


def test_readings_carry_letters_and_no_authors() -> None:
    found = readings(proposals("lamp", "Lamp", "clamp", CANT), "en-US")
    assert [(r.letter, r.text) for r in found] == [
        ("A", None),
        ("B", "clamp"),
        ("C", "Lamp"),
    ]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (["lamp", "Lamp!"], "lamp"),
        (["lamp.", "lamp"], "lamp"),
        (["Berlin", "berlin"], "Berlin"),
        (["don't", "dont"], "don't"),
        (["Lamp.", "Lamp.", "lamp"], "Lamp."),
    ],
)
def test_the_settled_spelling_is_the_commonest_then_the_plainest(
    said: list[str], text: str
) -> None:
    assert verdict(proposals(*said), 2, "en-US").text == text
