"""Answering blind, and what the answers settle."""

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.usecases import propose
from storage.records import Action, Answer, Outcome, RequestState, Task
from tests.house import JONAS, LENA, RAVI, ROSA, House


def test_two_who_agree_settle_the_word(house: House) -> None:
    request = house.open(ROSA)
    assert house.answer(RAVI, request, "lamp").request.state is RequestState.OPEN
    settled = house.answer(JONAS, request, "Lamp ").request
    assert settled.state is RequestState.AGREED
    assert settled.settled_text == "Lamp"
    assert settled.closed_at is not None
    event = house.last_event()
    assert (event.action, event.rule, event.actor) == (Action.REQUEST_SETTLED, "agreed", None)


def test_what_is_settled_is_told_and_delivered_once(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    told = house.waiting()
    for task in (Task.DELIVER, Task.UPDATE_THREAD, Task.REPLY_SETTLED):
        assert told.count(task) == 1
    with house.services.store.read() as tx:
        [result] = tx.results()
    assert (result.id, result.text, result.agreeing, result.proposals) == (
        f"{request.name}/1",
        "lamp",
        2,
        2,
    )


def test_two_who_differ_call_a_lead(house: House) -> None:
    assert house.disputed().state is RequestState.DISPUTED


def test_the_askers_guess_counts_for_nothing(house: House) -> None:
    request = house.open(ROSA, guess="lamp")
    assert house.answer(RAVI, request, "lamp").request.state is RequestState.OPEN


def test_a_changed_answer_replaces_the_first(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamb")
    changed = house.answer(RAVI, request, "lamp", heard=True)
    assert changed.changed
    assert house.last_event().action is Action.PROPOSAL_CHANGED
    assert house.answer(JONAS, request, "lamp").request.state is RequestState.AGREED


def test_an_answer_taken_back_no_longer_counts(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamb")
    propose.withdraw_proposal(house.services, house.act(RAVI), request.key)
    assert house.last_event().action is Action.PROPOSAL_WITHDRAWN
    house.answer(JONAS, request, "lamp")
    assert house.answer(LENA, request, "lamp").request.state is RequestState.AGREED


def test_an_answer_without_a_listen_is_refused_and_on_record(house: House) -> None:
    request = house.open(ROSA)
    with pytest.raises(Refused):
        house.answer(RAVI, request, "lamp", heard=True)
    event = house.last_event()
    assert (event.action, event.outcome, event.rule) == (
        Action.PROPOSAL_MADE,
        Outcome.DENIED,
        "not_heard",
    )


def test_a_late_answer_is_told_that_it_is_late(house: House) -> None:
    request = house.open(ROSA)
    house.hear(LENA, request)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    with pytest.raises(Conflict):
        house.answer(LENA, request, "lamp", heard=True)


@pytest.mark.parametrize(
    ("text", "says"), [("", "Type the word"), ("  ", "Type the word"), ("x" * 201, "at most")]
)
def test_words_are_needed_and_bounded(house: House, text: str, says: str) -> None:
    request = house.open(ROSA)
    with pytest.raises(Invalid, match=says) as error:
        house.answer(RAVI, request, text)
    assert error.value.field == "text"


@pytest.mark.parametrize("text", ["la\x00mp", "la\u202emp"])
def test_invisible_characters_are_refused(house: House, text: str) -> None:
    with pytest.raises(Invalid):
        house.answer(RAVI, house.open(ROSA), text)


def test_heard_personal_information_takes_the_snippet_away_at_once(house: House) -> None:
    request = house.open(ROSA)
    closed = house.answer(RAVI, request, kind=Answer.HEARD_PERSONAL).request
    assert closed.state is RequestState.UNMASKABLE
    with pytest.raises(Refused):
        house.hear(JONAS, request)


def test_a_settled_name_is_marked_personal(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "anna schmidt")
    assert house.answer(JONAS, request, "Anna Schmidt").request.settled_personal


def test_accidental_recordings_are_closed_and_reported_to_the_source(house: House) -> None:
    request = house.open(ROSA)
    kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
    house.answer(RAVI, request, kind=kind)
    assert house.answer(JONAS, request, kind=kind).request.state is RequestState.ACCIDENTAL
    with house.services.store.read() as tx:
        assert [result.answer for result in tx.results()] == [kind]


def test_not_me_is_on_record_once(house: House) -> None:
    request = house.open(ROSA)
    propose.decline(house.services, house.act(RAVI), request.key)
    propose.decline(house.services, house.act(RAVI), request.key)
    declined = [e for e in house.events() if e.action is Action.REQUEST_DECLINED]
    assert len(declined) == 1
