"""A further listener is asked before a lead."""

from dataclasses import replace

import pytest

from bot.usecases.requests.expire import expire
from storage.records import Action, RequestState, Task
from tests.desks import with_spare_seats
from tests.product import JONAS, LENA, RAVI, Product


@pytest.fixture
def seated(product: Product) -> Product:
    """The product with desks that settle by "2 of 3"."""
    desks = with_spare_seats(product.services.desks, 1)
    product.services = replace(product.services, desks=desks)
    return product


def test_two_who_differ_keep_the_request_open(seated: Product) -> None:
    request = seated.disputed()
    assert request.state is RequestState.OPEN
    assert Task.POST_DISPUTED_REPLY not in seated.waiting()


def test_the_third_answer_settles_it_and_the_dissent_travels(seated: Product) -> None:
    request = seated.disputed()
    settled = seated.answer(LENA, request, "lamp").request
    assert (settled.state, settled.settled_text) == (RequestState.AGREED, "lamp")
    with seated.services.store.read() as tx:
        [result] = tx.results.newest(limit=1)
    assert (result.agreeing, result.proposals, result.dissent) == (2, 3, ("lamb",))


def test_three_who_differ_call_a_lead(seated: Product) -> None:
    request = seated.disputed()
    split = seated.answer(LENA, request, "clamp").request
    assert split.state is RequestState.DISPUTED
    assert Task.POST_DISPUTED_REPLY in seated.waiting()


def test_two_unsure_answers_ask_for_a_third(product: Product) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp", confidence=1)
    doubtful = product.answer(JONAS, request, "lamp", confidence=1).request
    assert doubtful.state is RequestState.OPEN
    settled = product.answer(LENA, request, "lamp", confidence=1).request
    assert settled.state is RequestState.AGREED


def test_what_stays_without_a_third_goes_to_a_lead_in_time(seated: Product) -> None:
    request = seated.disputed()
    seated.pass_time(hours=25)
    assert expire(seated.services, seated.worker()) == 1
    assert seated.request(request).state is RequestState.DISPUTED
    event = seated.last_event()
    assert (event.action, event.rule) == (Action.REQUEST_SETTLED, "disputed")
    assert Task.POST_DISPUTED_REPLY in seated.waiting()


def test_one_answer_is_no_ground_for_a_ruling(seated: Product) -> None:
    request = seated.open()
    seated.answer(RAVI, request, "lamp")
    seated.pass_time(hours=25)
    expire(seated.services, seated.worker())
    assert seated.request(request).state is RequestState.EXPIRED


def test_a_request_keeps_the_rule_with_which_it_was_asked(seated: Product) -> None:
    request = seated.open()
    desks = with_spare_seats(seated.services.desks, 0)
    seated.services = replace(seated.services, desks=desks)
    seated.answer(RAVI, request, "lamp")
    assert seated.answer(JONAS, request, "lamb").request.state is RequestState.OPEN
