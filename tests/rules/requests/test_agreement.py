"""What a set of blind proposals adds up to."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.agreement import is_for_lead_when_due, readings, verdict
from storage.records import Answer, Person, Proposal, RequestState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def proposal(said: str | Answer, who: int = 0, confidence: int = 2) -> Proposal:
    kind = said if isinstance(said, Answer) else Answer.WORDS
    return Proposal(
        request_id=1,
        proposer=Person(team_id="T", user_id=f"U{who}"),
        answer=kind,
        text=None if isinstance(said, Answer) else said,
        confidence=confidence,
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


TABLE = [
    # settle, answers with their confidence, outcome
    ("2 of 2", "a2 a2", "agreed"),
    ("2 of 2", "a2 a1", "agreed"),
    ("2 of 2", "a1 a1", "open"),
    ("2 of 2", "a1 a1 a1", "agreed"),
    ("2 of 2", "a1 a1 b3", "disputed"),
    ("2 of 2", "a3 b3", "disputed"),
    ("2 of 3", "a2", "open"),
    ("2 of 3", "a2 a2", "agreed"),
    ("2 of 3", "a2 b2", "open"),
    ("2 of 3", "a2 b2 a2", "agreed"),
    ("2 of 3", "a1 b3 a2", "agreed"),
    ("2 of 3", "a2 b2 c2", "disputed"),
    ("2 of 3", "a1 a1", "open"),
    ("2 of 3", "a1 a1 b2", "open"),
    ("2 of 3", "a1 a1 b2 a1", "agreed"),
    ("2 of 3", "a1 a1 b2 b2", "disputed"),
    ("2 of 3", "a1 b3 a1", "open"),
    ("2 of 3", "a2 ?2 b2", "open"),
    ("2 of 3", "a2 ?2 b2 a2", "agreed"),
    ("2 of 3", "a2 b2 ?2 ?2", "disputed"),
    ("2 of 3", "?1 ?1", "unclear"),
    ("2 of 3", "a2 -2", "open"),
    ("2 of 3", "a2 -2 -2", "agreed"),
    ("3 of 5", "a2 a2", "open"),
    ("3 of 5", "a2 a2 a2", "agreed"),
    ("3 of 5", "a2 a2 b2 a2", "agreed"),
    ("3 of 5", "a2 a2 b2 b2", "open"),
    ("3 of 5", "a2 a2 b2 b2 a2", "agreed"),
    ("3 of 5", "a2 b2 c2", "open"),
    ("3 of 5", "a2 b2 c2 a2 a2", "agreed"),
    ("3 of 5", "a2 b2 c2 d2", "disputed"),
    ("3 of 5", "a2 a2 b2 b2 c2", "disputed"),
    ("3 of 5", "a1 a1 a1", "open"),
    ("3 of 5", "a1 a1 a1 a1", "agreed"),
    # An answer about the recording itself opens no further seat.
    ("2 of 3", "a2 !2", "disputed"),
    ("2 of 3", "!1 !1", "accidental"),
    ("3 of 5", "a2 a2 !2", "disputed"),
]
SAID = {"?": CANT, "-": NOISE, "!": ACCIDENT}


def answers_in(line: str) -> list[Proposal]:
    """`a2` is the word a, fairly sure."""
    found = []
    for position, cell in enumerate(line.split()):
        said = SAID.get(cell[0], cell[0])
        found.append(proposal(said, position, confidence=int(cell[1])))
    return found


@pytest.mark.parametrize(("settle", "answers", "outcome"), TABLE)
def test_a_further_listener_is_asked_before_a_lead(
    settle: str, answers: str, outcome: str
) -> None:
    quorum, seats = (int(number) for number in settle.split(" of "))
    found = verdict(answers_in(answers), quorum, "en-US", spare_seats=seats - quorum)
    assert found.state == outcome


def test_the_spelling_and_the_count_are_those_of_the_agreeing_answers() -> None:
    said = proposals("lamb", "Lamp", "Lamp")
    found = verdict(said, 2, "en-US", spare_seats=1)
    assert (found.text, found.agreeing) == ("Lamp", 2)


@given(
    st.lists(st.sampled_from("abc?-!"), max_size=6),
    st.lists(st.integers(1, 3), min_size=6, max_size=6),
    st.integers(0, 2),
)
def test_a_doubt_asks_for_more_answers_and_changes_no_other_outcome(
    said: list[str], confidences: list[int], spare_seats: int
) -> None:
    cells = zip(said, confidences, strict=False)
    doubtful = answers_in(" ".join(f"{word}{sure}" for word, sure in cells))
    certain = answers_in(" ".join(f"{word}3" for word in said))
    found = verdict(doubtful, 2, "en-US", spare_seats=spare_seats)
    if found.state is not RequestState.OPEN:
        assert found == verdict(certain, 2, "en-US", spare_seats=spare_seats)


@given(st.lists(st.sampled_from(["a3", "b2", "c1", "?2", "!2"]), max_size=5))
def test_a_further_seat_never_makes_a_settled_word_another(said: list[str]) -> None:
    answers = answers_in(" ".join(said))
    today = verdict(answers, 2, "en-US")
    with_a_seat = verdict(answers, 2, "en-US", spare_seats=1)
    if today.state is not RequestState.DISPUTED:
        assert with_a_seat == today


@pytest.mark.parametrize(
    ("said", "rules"),
    [([], False), (["a"], False), (["a", "b"], True), (["a", CANT], True)],
)
def test_a_lead_rules_on_what_enough_people_answered_in_time(
    said: list[str | Answer], rules: bool
) -> None:
    assert is_for_lead_when_due(proposals(*said), 2) is rules


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
