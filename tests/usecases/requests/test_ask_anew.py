"""Asking about a settled word: its outcome, and asking anew as an appeal."""

from dataclasses import replace

import pytest

from bot.errors import Invalid
from bot.rules.desks import Holders
from bot.usecases.erasure import purge
from bot.usecases.requests import ask_form
from storage.records import Action, Request, RequestState, Role
from tests.product import JONAS, LENA, RAVI, ROSA, SPAN, Product

LEAD2 = "U0LEAD002"
OVERLAPPING = "2.4-2.8"
WHY = "The plural matters here."


@pytest.fixture
def settled(product: Product) -> Request:
    """A settled word on a desk with two leads."""
    desks = product.services.desks
    desk = desks["english-us"]
    leads = Holders(users=frozenset({LENA, LEAD2}))
    of_desk = replace(desk, holders={**desk.holders, Role.LEAD: leads})
    changed = replace(desks, desks={**desks.desks, desk.id: of_desk})
    product.services = replace(product.services, desks=changed)
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    return product.answer(JONAS, request, "lamp").request


def test_asking_about_a_settled_word_shows_its_outcome(
    product: Product, settled: Request
) -> None:
    with pytest.raises(Invalid, match="settled: lamp") as error:
        product.ask(LENA, span=OVERLAPPING)
    assert error.value.field == "anew"
    assert settled.name in str(error.value)
    assert "English (US) may see it" in str(error.value)
    event = product.last_event()
    assert (event.action, event.request) == (Action.REQUEST_VIEWED, settled.name)
    assert product.request(settled) == settled


def test_a_personal_word_is_not_in_the_notice(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "anna schmidt")
    product.answer(JONAS, request, "Anna Schmidt")
    with pytest.raises(Invalid, match="a personal name or number") as error:
        product.ask(LENA)
    assert "chmidt" not in str(error.value)


def test_what_was_typed_is_kept_as_a_draft(product: Product, settled: Request) -> None:
    with pytest.raises(Invalid):
        product.ask(LENA, span=OVERLAPPING, guess="lamps")
    form = ask_form.prepare(product.services, product.act(LENA), settled.clip_id)
    assert form.typed.guess == "lamps"


def test_asking_anew_with_a_reason_is_an_appeal_and_needs_no_new_ears(
    product: Product, settled: Request
) -> None:
    asked = product.ask(LENA, span=OVERLAPPING, anew=WHY)
    assert asked.appealed
    assert asked.request.id == settled.id
    assert asked.request.state is RequestState.DISPUTED
    with product.services.store.read() as tx:
        assert [x.reason for x in tx.appeals.of_request(settled.id)] == [WHY]
        assert [x.user_id for x in tx.requests.followers(settled.id)] == [LENA]
    actions = [event.action for event in product.events(settled)][-2:]
    assert actions == [Action.REQUEST_JOINED, Action.REQUEST_APPEALED]


def test_the_asker_asks_anew_too(product: Product, settled: Request) -> None:
    assert product.ask(ROSA, span=SPAN, anew=WHY).request.id == settled.id
    with product.services.store.read() as tx:
        assert tx.requests.followers(settled.id) == []


def test_where_no_snippet_is_kept_the_word_is_asked_anew(
    product: Product, settled: Request
) -> None:
    product.pass_time(days=3)
    purge.purge(product.services, product.worker())
    asked = product.ask(LENA, span=OVERLAPPING, anew=WHY)
    assert asked.request.id != settled.id
    assert (asked.joined, asked.appealed) == (False, False)
    event = product.last_event()
    assert event.action is Action.REQUEST_ASKED
    assert event.digest is not None


@pytest.mark.usefixtures("settled")
def test_a_second_appeal_is_refused_in_the_form_and_on_record(product: Product) -> None:
    appealed = product.ask(RAVI, span=OVERLAPPING, anew=WHY).request
    with product.services.store.begin() as tx:
        tx.requests.save(replace(appealed, state=RequestState.AGREED))
    with pytest.raises(Invalid, match="appealed once") as error:
        product.ask(RAVI, span=OVERLAPPING, anew=WHY)
    assert error.value.field == "anew"
    assert product.last_event().rule == "appealed_before"


def test_a_reason_has_a_greatest_length(product: Product, settled: Request) -> None:
    with pytest.raises(Invalid, match="300") as error:
        product.ask(LENA, span=OVERLAPPING, anew="x" * 301)
    assert error.value.field == "anew"
    assert product.request(settled) == settled


@pytest.mark.usefixtures("settled")
def test_another_span_of_the_clip_is_asked_as_before(product: Product) -> None:
    assert not product.ask(LENA, span="1.0-1.4").joined


def test_a_live_request_is_joined_without_a_reason(product: Product) -> None:
    product.open(ROSA)
    assert product.ask(LENA, span=OVERLAPPING).joined


def test_a_sole_lead_asks_a_new_question_as_no_other_lead_could_rule(
    product: Product, settled: Request
) -> None:
    desks = product.services.desks
    desk = desks["english-us"]
    alone = {**desk.holders, Role.LEAD: Holders(users=frozenset({LENA}))}
    changed = replace(desks, desks={desk.id: replace(desk, holders=alone)})
    product.services = replace(product.services, desks=changed)
    asked = product.ask(LENA, span=OVERLAPPING, anew=WHY)
    assert asked.request.id != settled.id
    assert product.request(settled).state is settled.state
