"""Late answers are kept beside the result; they never count and are never lost."""

import pytest
from sqlalchemy import select

from bot.errors import Conflict, Invalid, Refused
from bot.usecases.erasure import purge
from bot.usecases.history.answered import list_answered
from bot.usecases.history.asked import list_asked
from bot.usecases.listening.view import view
from bot.usecases.requests import adjudicate
from bot.usecases.requests.lists import ListFilter
from storage.records import Action, Answer, Outcome, Request, RequestState
from storage.tables import late_answers
from tests.product import JONAS, LENA, RAVI, ROSA, Product

ON_BOTH_DATABASES = True
GRACE = "U0LEAD002"


@pytest.fixture(autouse=True)
def a_second_lead(product: Product) -> None:
    with product.services.store.begin() as tx:
        tx.groups.put("S0LEADS001", [LENA, GRACE], product.now)


def decided_meanwhile(product: Product, other: str = "lamp") -> Request:
    """Lena heard the span; then Ravi and Jonas answered."""
    request = product.open(ROSA, guess="Lamp.")
    product.hear(LENA, request)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, other)
    return product.request(request)


def texts_kept(product: Product) -> list[str | None]:
    with product.services.store.read() as tx:
        return list(tx.connection.execute(select(late_answers.c.text)).scalars())


def test_a_late_answer_is_kept_and_changes_no_result(product: Product) -> None:
    request = decided_meanwhile(product)
    proposed = product.answer(LENA, request, " the  lamb ", heard=True)
    assert proposed.late
    assert product.request(request) == request
    page = view(product.services, product.act(LENA), request.key)
    assert page.late is not None
    assert page.late.text == "the lamb"
    assert page.proposal is None
    assert page.answered == 2
    assert page.settled is not None
    assert page.settled.text == "lamp"


def test_a_late_answer_is_on_record_and_in_the_own_list(product: Product) -> None:
    request = decided_meanwhile(product)
    product.answer(LENA, request, "lamb", heard=True)
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.PROPOSAL_LATE, Outcome.ALLOWED)
    mine = list_answered(product.services, product.act(LENA), ListFilter())
    (item,) = mine.items
    assert item.late is not None
    assert item.late.text == "lamb"
    assert item.proposal is None
    assert item.agrees is None


def test_a_newer_late_answer_takes_the_place_of_the_older_one(
    product: Product,
) -> None:
    request = decided_meanwhile(product)
    product.answer(LENA, request, "lamb", heard=True)
    product.pass_time(seconds=9)
    product.answer(LENA, request, kind=Answer.CANT_TELL, heard=True)
    assert texts_kept(product) == [None]


def test_a_lead_sees_the_late_answers_of_a_dispute_apart(product: Product) -> None:
    request = decided_meanwhile(product, "lamb")
    assert request.state is RequestState.DISPUTED
    assert product.answer(LENA, request, "lambs", heard=True).late
    act = product.act(GRACE)
    page = adjudicate.open_ruling_page(product.services, act, request.key)
    assert [each.text for each in page.late_readings] == ["lambs"]
    assert [each.text for each in page.readings] == ["lamb", "lamp"]


def test_a_lead_with_a_late_answer_does_not_rule(product: Product) -> None:
    request = decided_meanwhile(product, "lamb")
    product.answer(LENA, request, "lambs", heard=True)
    with pytest.raises(Refused):
        adjudicate.open_ruling_page(product.services, product.act(LENA), request.key)


def test_a_lead_who_heard_the_dispute_only_has_no_late_answer(
    product: Product,
) -> None:
    request = product.disputed()
    product.pass_time(seconds=1)
    product.hear(LENA, request)
    with pytest.raises(Conflict):
        product.answer(LENA, request, "lamp", heard=True)
    assert texts_kept(product) == []


def test_who_did_not_hear_the_span_has_no_late_answer(product: Product) -> None:
    request = decided_meanwhile(product)
    with pytest.raises(Conflict):
        product.answer(GRACE, request, "lamp", heard=True)
    assert texts_kept(product) == []


def test_a_counted_answer_that_is_sent_again_is_not_late(product: Product) -> None:
    request = decided_meanwhile(product)
    with pytest.raises(Conflict):
        product.answer(RAVI, request, "Lamp", heard=True)
    assert product.answer(RAVI, request, "lamb", heard=True).late
    assert texts_kept(product) == ["lamb"]


def test_a_late_answer_is_checked_like_any_other(product: Product) -> None:
    request = decided_meanwhile(product)
    with pytest.raises(Invalid):
        product.answer(LENA, request, "", heard=True)
    with pytest.raises(Invalid):
        product.answer(LENA, request, "lamb", heard=True, confidence=9)


def test_the_text_goes_with_those_of_the_other_answers(product: Product) -> None:
    request = decided_meanwhile(product)
    product.answer(LENA, request, "lamb", heard=True)
    product.pass_time(days=31)
    purge.purge(product.services, product.worker())
    assert texts_kept(product) == [None]
    with pytest.raises(Conflict):
        product.answer(LENA, request, "lamb", heard=True)


def test_the_text_goes_with_the_request_and_with_the_person(product: Product) -> None:
    request = decided_meanwhile(product)
    for forget in ("person", "request"):
        late = product.answer(LENA, request, "lamb", heard=True)
        assert late.late
        assert texts_kept(product) == ["lamb"]
        with product.services.store.begin() as tx:
            if forget == "person":
                tx.forgetting.delete_texts_of_person(product.act(LENA).actor)
            else:
                tx.forgetting.delete_texts_of_answers(request.id)
        assert texts_kept(product) == [None]


def test_the_own_guess_is_compared_with_the_settled_word(product: Product) -> None:
    request = decided_meanwhile(product)
    found = list_asked(product.services, product.act(ROSA), ListFilter())
    assert found.questions[request.id].guess_is_settled
    own = view(product.services, product.act(ROSA), request.key).own_question
    assert own is not None
    assert own.guess_is_settled
    assert view(product.services, product.act(RAVI), request.key).own_question is None


def test_a_guess_beside_an_open_dispute_stays_without_a_word(product: Product) -> None:
    request = decided_meanwhile(product, "lamb")
    found = list_asked(product.services, product.act(ROSA), ListFilter())
    assert not found.questions[request.id].guess_is_settled
