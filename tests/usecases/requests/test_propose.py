"""Answering blind, and what the answers settle."""

import pytest

from bot.errors import Invalid, Refused
from bot.usecases.requests import propose
from storage.records import Action, Answer, Outcome, RequestState, Task
from tests.product import JONAS, LENA, RAVI, ROSA, Product


def test_two_who_agree_settle_the_word(product: Product) -> None:
    request = product.open(ROSA)
    assert product.answer(RAVI, request, "lamp").request.state is RequestState.OPEN
    settled = product.answer(JONAS, request, "Lamp ").request
    assert settled.state is RequestState.AGREED
    assert settled.settled_text == "Lamp"
    assert settled.closed_at is not None
    event = product.last_event()
    assert (event.action, event.rule, event.actor) == (
        Action.REQUEST_SETTLED,
        "agreed",
        None,
    )


def test_what_is_settled_is_told_and_delivered_once(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    told = product.waiting()
    for task in (Task.DELIVER_RESULT, Task.UPDATE_THREAD, Task.POST_SETTLED_REPLY):
        assert told.count(task) == 1
    with product.services.store.read() as tx:
        [result] = tx.results.newest(limit=10)
    assert (result.id, result.text, result.agreeing, result.proposals) == (
        f"{request.name}/1",
        "lamp",
        2,
        2,
    )


def test_two_who_differ_call_a_lead(product: Product) -> None:
    assert product.disputed().state is RequestState.DISPUTED


def test_the_askers_guess_counts_for_nothing(product: Product) -> None:
    request = product.open(ROSA, guess="lamp")
    assert product.answer(RAVI, request, "lamp").request.state is RequestState.OPEN


def test_a_changed_answer_replaces_the_first(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamb")
    changed = product.answer(RAVI, request, "lamp", heard=True)
    assert changed.changed
    assert product.last_event().action is Action.PROPOSAL_CHANGED
    assert product.answer(JONAS, request, "lamp").request.state is RequestState.AGREED


def test_an_answer_taken_back_no_longer_counts(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamb")
    propose.withdraw_proposal(product.services, product.act(RAVI), request.key)
    assert product.last_event().action is Action.PROPOSAL_WITHDRAWN
    product.answer(JONAS, request, "lamp")
    assert product.answer(LENA, request, "lamp").request.state is RequestState.AGREED


def test_an_answer_without_a_listen_is_refused_and_on_record(product: Product) -> None:
    request = product.open(ROSA)
    with pytest.raises(Refused):
        product.answer(RAVI, request, "lamp", heard=True)
    event = product.last_event()
    assert (event.action, event.outcome, event.rule) == (
        Action.PROPOSAL_MADE,
        Outcome.DENIED,
        "not_heard",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Type the word"), ("  ", "Type the word"), ("x" * 201, "at most")],
)
def test_words_are_needed_and_bounded(product: Product, text: str, says: str) -> None:
    request = product.open(ROSA)
    with pytest.raises(Invalid, match=says) as error:
        product.answer(RAVI, request, text)
    assert error.value.field == "text"


@pytest.mark.parametrize("text", ["la\x00mp", "la\u202emp"])
def test_invisible_characters_are_refused(product: Product, text: str) -> None:
    with pytest.raises(Invalid):
        product.answer(RAVI, product.open(ROSA), text)


def test_heard_personal_information_takes_the_snippet_away_at_once(
    product: Product,
) -> None:
    request = product.open(ROSA)
    reported = product.answer(RAVI, request, kind=Answer.HEARD_PERSONAL).request
    assert reported.state is RequestState.RENDERING
    with pytest.raises(Refused):
        product.hear(JONAS, request)


def test_a_settled_name_is_marked_personal(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "anna schmidt")
    assert product.answer(JONAS, request, "Anna Schmidt").request.settled_personal


def test_accidental_recordings_are_closed_and_reported_to_the_source(
    product: Product,
) -> None:
    request = product.open(ROSA)
    kind = Answer.SHOULD_NOT_HAVE_BEEN_RECORDED
    product.answer(RAVI, request, kind=kind)
    assert (
        product.answer(JONAS, request, kind=kind).request.state
        is RequestState.ACCIDENTAL
    )
    with product.services.store.read() as tx:
        assert [result.answer for result in tx.results.newest(limit=10)] == [kind]


def test_not_me_is_on_record_once(product: Product) -> None:
    request = product.open(ROSA)
    propose.decline(product.services, product.act(RAVI), request.key)
    propose.decline(product.services, product.act(RAVI), request.key)
    declined = [e for e in product.events() if e.action is Action.REQUEST_DECLINED]
    assert len(declined) == 1


PERSIAN = "\u0645\u06cc\u200c\u0631\u0648\u0645"
HINDI = "\u0915\u094d\u200d\u0937\u092e\u093e"


@pytest.mark.parametrize("word", [PERSIAN, HINDI])
def test_a_joiner_inside_a_word_that_needs_it_is_an_answer(
    product: Product, word: str
) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, word)
    settled = product.answer(JONAS, request, word).request
    assert settled.settled_text == word


@pytest.mark.parametrize(
    "word",
    [
        "la\u200cmp",
        "lamp\u200d",
        "\u200c\u0645",
        "\u0645\u200c\u200c\u0645",
        "\u0645\u200c m",
        "\u0645\u200e\u0645",
    ],
)
def test_a_joiner_elsewhere_is_no_answer(product: Product, word: str) -> None:
    request = product.open(ROSA)
    with pytest.raises(Invalid):
        product.answer(RAVI, request, word)
