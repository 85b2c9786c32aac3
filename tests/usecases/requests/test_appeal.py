"""Appeals: a settled word goes to a lead who has not touched it."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.rules.desks import Desks
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import purge
from bot.usecases.history.answered import list_answered
from bot.usecases.listening.view import view
from bot.usecases.requests import adjudicate, lists, withdraw
from bot.usecases.requests.appeal import appeal
from bot.usecases.requests.clocks.chase import chase
from bot.usecases.requests.clocks.close_unclear import close_unclear
from bot.usecases.requests.lists import ListFilter
from storage.records import Action, Answer, Outcome, Request, RequestState
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, Product

REASON = "The last sound is a b."
GRACE = "U0LEAD002"


@pytest.fixture(autouse=True)
def a_second_lead(product: Product) -> None:
    with product.services.store.begin() as tx:
        tx.groups.put("S0LEADS001", [LENA, GRACE], product.now)


def agreed(product: Product) -> Request:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    return product.request(request)


def appeal_as(
    product: Product,
    user_id: str,
    request: Request,
    reason: str = REASON,
) -> Request:
    return appeal(product.services, product.act(user_id), request.key, reason)


def rule_as(product: Product, lead: str, request: Request, words: str) -> Request:
    product.hear(lead, request)
    return adjudicate.adjudicate(
        product.services,
        product.act(lead),
        request.key,
        answer=Answer.WORDS,
        text=words,
        reason="A b is clear.",
    )


@pytest.mark.parametrize("user_id", [ROSA, RAVI])
def test_an_agreed_word_is_reopened_for_a_lead(
    product: Product,
    user_id: str,
) -> None:
    request = agreed(product)
    reopened = appeal_as(product, user_id, request)
    assert reopened.state is RequestState.DISPUTED
    assert reopened.settled_text is None
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.REQUEST_APPEALED, Outcome.ALLOWED)
    ruled = rule_as(product, LENA, request, "lamb")
    assert (ruled.state, ruled.settled_text) == (RequestState.ADJUDICATED, "lamb")


def test_the_sink_gets_a_further_result_after_an_appeal(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    rule_as(product, LENA, request, "lamb")
    with product.services.store.read() as tx:
        results = {each.id: each for each in tx.results.newest(limit=10)}
    assert results[f"{request.name}/1"].text == "lamp"
    correction = results[f"{request.name}/2"]
    assert (correction.text, correction.how) == ("lamb", "adjudication")
    assert correction.dissent == ("lamp",)


def test_each_person_appeals_once(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    rule_as(product, LENA, request, "lamp")
    with pytest.raises(Refused, match="appealed once"):
        appeal_as(product, RAVI, request)
    event = product.last_event()
    assert (event.outcome, event.rule) == (Outcome.DENIED, "appealed_before")


def test_the_lead_who_ruled_does_not_decide_on_the_appeal(product: Product) -> None:
    request = product.disputed()
    rule_as(product, LENA, request, "lamp")
    appeal_as(product, JONAS, request)
    with pytest.raises(Refused, match="another lead"):
        adjudicate.adjudicate(
            product.services,
            product.act(LENA),
            request.key,
            answer=Answer.WORDS,
            text="lamp",
            reason="As before.",
        )
    assert lists.list_queue(product.services, product.act(LENA)).items[0].mine
    own_queue = lists.list_queue(product.services, product.act(LENA), with_own=False)
    assert own_queue.total == 0
    assert rule_as(product, GRACE, request, "lamb").settled_text == "lamb"
    with pytest.raises(Refused, match="another lead"):
        adjudicate.adjudicate(
            product.services,
            product.act(LENA),
            request.key,
            answer=Answer.WORDS,
            text="lamp",
            reason="As before.",
        )


def test_no_appeal_waits_for_a_lead_that_does_not_exist(product: Product) -> None:
    request = product.disputed()
    rule_as(product, LENA, request, "lamp")
    appeal_as(product, JONAS, request)
    rule_as(product, GRACE, request, "lamb")
    with pytest.raises(Refused, match="Every lead"):
        appeal_as(product, RAVI, request)
    assert product.request(request).state is RequestState.ADJUDICATED


@pytest.mark.parametrize("user_id", [LENA, AMIR])
def test_only_the_people_who_asked_or_answered_appeal(
    product: Product,
    user_id: str,
) -> None:
    request = agreed(product)
    with pytest.raises(Refused):
        appeal_as(product, user_id, request)
    assert product.last_event().outcome is Outcome.DENIED
    assert product.request(request).state is RequestState.AGREED


def test_a_person_who_joined_the_question_may_appeal(product: Product) -> None:
    request = product.open(ROSA)
    product.ask(GRACE, request.clip_id, "2.4-2.8")
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    assert appeal_as(product, GRACE, request).state is RequestState.DISPUTED
    with pytest.raises(Refused, match="another lead"):
        rule_as(product, GRACE, request, "lamb")


def test_an_open_request_has_nothing_to_appeal_against(product: Product) -> None:
    request = product.open(ROSA)
    with pytest.raises(Conflict, match="not settled"):
        appeal_as(product, ROSA, request)


def test_an_appeal_needs_a_reason(product: Product) -> None:
    request = agreed(product)
    for reason in ("", "  ", "x" * 301):
        with pytest.raises(Invalid) as error:
            appeal_as(product, ROSA, request, reason)
        assert error.value.field == "reason"
    assert product.request(request).state is RequestState.AGREED


def test_no_appeal_is_taken_when_the_sound_is_gone(product: Product) -> None:
    request = agreed(product)
    product.pass_time(hours=25)
    purge.purge(product.services, product.worker())
    with pytest.raises(Refused, match="no lead could hear it"):
        appeal_as(product, ROSA, request)


def test_an_appealed_word_is_not_withdrawn(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    with pytest.raises(Refused, match="a lead decides"):
        withdraw.withdraw(product.services, product.act(ROSA), request.key)
    assert product.request(request).state is RequestState.DISPUTED


def test_the_lead_reads_the_reason_without_a_name(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    act = product.act(LENA)
    page = adjudicate.open_ruling_page(product.services, act, request.key)
    assert page.appeals == (REASON,)
    assert not page.is_ruled


def test_a_reason_goes_with_the_words_of_its_request(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    rule_as(product, LENA, request, "lamb")
    with product.services.store.begin() as tx:
        tx.forgetting.delete_texts_of_answers(request.id)
        assert [each.reason for each in tx.appeals.of_request(request.id)] == [""]


def test_the_page_offers_an_appeal_to_the_people_who_may(product: Product) -> None:
    request = agreed(product)
    offered = {}
    for user_id in (ROSA, RAVI, LENA):
        page = view(product.services, product.act(user_id), request.key)
        offered[user_id] = page.may_appeal
    assert offered == {ROSA: True, RAVI: True, LENA: False}


def test_a_stopped_appeal_goes_on_as_a_dispute(product: Product) -> None:
    request = agreed(product)
    appeal_as(product, RAVI, request)
    stop_clip.stop(product.services, product.act(RAVI), request.key)
    product.release(request)
    assert product.request(request).state is RequestState.DISPUTED


def test_a_stopped_appeal_against_no_word_goes_on_as_a_dispute(
    product: Product,
) -> None:
    request = product.open(ROSA)
    for _ in range(2):
        product.pass_time(hours=2)
        chase(product.services, product.worker())
    close_unclear(product.services, product.act(ROSA), request.key)
    appeal_as(product, ROSA, request)
    stop_clip.stop(product.services, product.act(RAVI), request.key)
    product.release(request)
    assert product.request(request).state is RequestState.DISPUTED


def test_what_a_person_answered_shows_no_outcome_after_the_role_is_gone(
    product: Product,
) -> None:
    request = agreed(product)
    [item] = list_answered(product.services, product.act(RAVI), ListFilter()).items
    assert (item.shows_outcome, item.agrees) == (True, True)
    product.services = replace(product.services, desks=Desks(desks={}))
    [item] = list_answered(product.services, product.act(RAVI), ListFilter()).items
    assert (item.shows_outcome, item.agrees, item.reason) == (False, None, "")
    assert item.request.id == request.id
