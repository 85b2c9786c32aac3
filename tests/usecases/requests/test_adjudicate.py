"""Ruling on disputed requests."""

import contextlib

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.usecases.requests import adjudicate
from storage.records import Action, Answer, Outcome, Request, RequestState
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, Product


def rule(
    product: Product,
    user_id: str,
    request: Request,
    text: str = "lamp",
    seen: int | None = None,
) -> Request:
    if user_id == LENA and product.request(request).state is RequestState.DISPUTED:
        with contextlib.suppress(Refused):
            product.hear(user_id, request)
    return adjudicate.adjudicate(
        product.services,
        product.act(user_id),
        request.key,
        answer=Answer.WORDS,
        text=text,
        reason="The second vowel is long.",
        seen=seen,
    )


def test_a_lead_settles_a_dispute_and_the_dissent_travels_along(
    product: Product,
) -> None:
    request = product.disputed()
    ruled = rule(product, LENA, request)
    assert (ruled.state, ruled.settled_text) == (RequestState.ADJUDICATED, "lamp")
    with product.services.store.read() as tx:
        [result] = tx.results.newest(limit=10)
    assert (result.how, result.dissent, result.agreeing) == (
        "adjudication",
        ("lamb",),
        1,
    )


@pytest.mark.parametrize("user_id", [ROSA, RAVI, AMIR])
def test_nobody_but_a_lead_rules(product: Product, user_id: str) -> None:
    request = product.disputed()
    with pytest.raises(Refused):
        rule(product, user_id, request)
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.REQUEST_ADJUDICATED, Outcome.DENIED)


def test_a_lead_hears_the_span_before_ruling(product: Product) -> None:
    request = product.disputed()
    with pytest.raises(Refused, match="before you rule"):
        adjudicate.adjudicate(
            product.services,
            product.act(LENA),
            request.key,
            answer=Answer.WORDS,
            text="lamp",
            reason="The second vowel is long.",
        )
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.REQUEST_ADJUDICATED, Outcome.DENIED)
    assert product.request(request).state is RequestState.DISPUTED
    assert rule(product, LENA, request).state is RequestState.ADJUDICATED


def test_a_lead_who_asked_does_not_rule(product: Product) -> None:
    request = product.open(LENA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamb")
    with pytest.raises(Refused, match="another lead"):
        rule(product, LENA, request)


def test_a_lead_who_answered_does_not_rule(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(LENA, request, "lamp")
    product.answer(JONAS, request, "lamb")
    with pytest.raises(Refused, match="another lead"):
        rule(product, LENA, request)


def test_an_open_request_cannot_be_ruled_on(product: Product) -> None:
    with pytest.raises(Conflict):
        rule(product, LENA, product.open(ROSA))


def test_a_ruling_needs_a_reason_and_a_word(product: Product) -> None:
    request = product.disputed()
    product.hear(LENA, request)
    for text, reason, field in (("", "x", "text"), ("lamp", "  ", "reason")):
        with pytest.raises(Invalid) as error:
            adjudicate.adjudicate(
                product.services,
                product.act(LENA),
                request.key,
                answer=Answer.WORDS,
                text=text,
                reason=reason,
            )
        assert error.value.field == field


def test_nobody_replaces_a_ruling_they_have_not_read(product: Product) -> None:
    request = product.disputed()
    rule(product, LENA, request, "lamp", seen=0)
    with pytest.raises(Conflict, match="ruled on meanwhile"):
        rule(product, LENA, request, "lamb", seen=0)
    assert product.request(request).settled_text == "lamp"
    rule(product, LENA, request, "lamb", seen=1)
    assert product.request(request).settled_text == "lamb"


def test_a_later_ruling_is_a_new_result_and_the_first_stays(product: Product) -> None:
    request = product.disputed()
    rule(product, LENA, request, "lamp")
    again = rule(product, LENA, request, "lamb")
    assert again.settled_text == "lamb"
    with product.services.store.read() as tx:
        assert [r.id for r in tx.results.newest(limit=10)] == [
            f"{request.name}/1",
            f"{request.name}/2",
        ]
        assert len(tx.adjudications.of_request(request.id)) == 2


def test_readings_have_no_authors_until_the_lead_has_ruled(product: Product) -> None:
    request = product.disputed()
    page = adjudicate.open_ruling_page(product.services, product.act(LENA), request.key)
    assert [r.text for r in page.readings] == ["lamb", "lamp"]
    assert page.authors == ()
    rule(product, LENA, request)
    page = adjudicate.open_ruling_page(product.services, product.act(LENA), request.key)
    assert {p.proposer.user_id for p in page.authors} == {RAVI, JONAS}


def test_a_lead_may_hear_a_dispute_and_a_reviewer_no_longer(product: Product) -> None:
    request = product.disputed()
    assert product.hear(LENA, request)[:4] == b"RIFF"
    with pytest.raises(Refused):
        product.hear(RAVI, request)
