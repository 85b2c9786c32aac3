"""Ruling on disputed requests."""

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.usecases import adjudicate
from storage.records import Action, Answer, Outcome, Request, RequestState
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, House


def rule(
    house: House, user_id: str, request: Request, text: str = "lamp", seen: int | None = None
) -> Request:
    return adjudicate.adjudicate(
        house.services,
        house.act(user_id),
        request.key,
        answer=Answer.WORDS,
        text=text,
        reason="The second vowel is long.",
        seen=seen,
    )


def test_a_lead_settles_a_dispute_and_the_dissent_travels_along(house: House) -> None:
    request = house.disputed()
    ruled = rule(house, LENA, request)
    assert (ruled.state, ruled.settled_text) == (RequestState.ADJUDICATED, "lamp")
    with house.services.store.read() as tx:
        [result] = tx.results()
    assert (result.how, result.dissent, result.agreeing) == ("adjudication", ("lamb",), 1)


@pytest.mark.parametrize("user_id", [ROSA, RAVI, AMIR])
def test_nobody_but_a_lead_rules(house: House, user_id: str) -> None:
    request = house.disputed()
    with pytest.raises(Refused):
        rule(house, user_id, request)
    event = house.last_event()
    assert (event.action, event.outcome) == (Action.REQUEST_ADJUDICATED, Outcome.DENIED)


def test_a_lead_who_asked_does_not_rule(house: House) -> None:
    request = house.open(LENA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamb")
    with pytest.raises(Refused, match="another lead"):
        rule(house, LENA, request)


def test_a_lead_who_answered_does_not_rule(house: House) -> None:
    request = house.open(ROSA)
    house.answer(LENA, request, "lamp")
    house.answer(JONAS, request, "lamb")
    with pytest.raises(Refused, match="another lead"):
        rule(house, LENA, request)


def test_an_open_request_cannot_be_ruled_on(house: House) -> None:
    with pytest.raises(Conflict):
        rule(house, LENA, house.open(ROSA))


def test_a_ruling_needs_a_reason_and_a_word(house: House) -> None:
    request = house.disputed()
    for text, reason, field in (("", "x", "text"), ("lamp", "  ", "reason")):
        with pytest.raises(Invalid) as error:
            adjudicate.adjudicate(
                house.services,
                house.act(LENA),
                request.key,
                answer=Answer.WORDS,
                text=text,
                reason=reason,
            )
        assert error.value.field == field


def test_nobody_replaces_a_ruling_they_have_not_read(house: House) -> None:
    request = house.disputed()
    rule(house, LENA, request, "lamp", seen=0)
    with pytest.raises(Conflict, match="ruled on meanwhile"):
        rule(house, LENA, request, "lamb", seen=0)
    assert house.request(request).settled_text == "lamp"
    rule(house, LENA, request, "lamb", seen=1)
    assert house.request(request).settled_text == "lamb"


def test_a_later_ruling_is_a_new_result_and_the_first_stays(house: House) -> None:
    request = house.disputed()
    rule(house, LENA, request, "lamp")
    again = rule(house, LENA, request, "lamb")
    assert again.settled_text == "lamb"
    with house.services.store.read() as tx:
        assert [r.id for r in tx.results()] == [f"{request.name}/1", f"{request.name}/2"]
        assert len(tx.adjudications(request.id)) == 2


def test_readings_have_no_authors_until_the_lead_has_ruled(house: House) -> None:
    request = house.disputed()
    page = adjudicate.rule_page(house.services, house.act(LENA), request.key)
    assert [r.text for r in page.readings] == ["lamb", "lamp"]
    assert page.authors == ()
    rule(house, LENA, request)
    page = adjudicate.rule_page(house.services, house.act(LENA), request.key)
    assert {p.proposer.user_id for p in page.authors} == {RAVI, JONAS}


def test_the_queue_is_for_leads_and_oldest_first(house: House) -> None:
    first = house.disputed()
    house.pass_time(minutes=5)
    second = house.render(house.ask(ROSA, clip="en-us-0008", span="1.3-2.0").request)
    house.answer(RAVI, second, "a")
    house.answer(JONAS, second, "b")
    items = adjudicate.queue(house.services, house.act(LENA))
    assert [item.request.id for item in items] == [first.id, second.id]
    with pytest.raises(Refused):
        adjudicate.queue(house.services, house.act(RAVI))
    assert house.last_event().outcome is Outcome.DENIED


def test_a_lead_may_hear_a_dispute_and_a_reviewer_no_longer(house: House) -> None:
    request = house.disputed()
    assert house.hear(LENA, request)[:4] == b"RIFF"
    with pytest.raises(Refused):
        house.hear(RAVI, request)
