"""The lists that people work through are whole, however many requests there are."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.usecases.history import asked
from bot.usecases.people import home
from bot.usecases.requests import approve, lists
from bot.usecases.requests.lists import ListFilter
from storage.records import Action, Outcome, Person, Request, RequestState
from tests.product import JONAS, LENA, RAVI, ROSA, Product


def add_requests(
    product: Product,
    state: RequestState,
    count: int,
    *,
    asker: str = ROSA,
) -> list[Request]:
    """Store requests in a state without the steps that lead there."""
    template = product.open(asker)
    added = []
    with product.services.store.begin() as tx:
        for number in range(count):
            request = tx.requests.add(
                key=f"many-{asker}-{state}-{number}",
                desk=template.desk,
                locale=template.locale,
                clip_id=f"clip-{number}",
                span=template.span,
                asker=template.asker,
                difficulties=(),
                guess=None,
                quorum=2,
                asked_at=product.now,
                expires_at=template.expires_at,
            )
            moved = replace(request, state=state)
            tx.requests.save(moved)
            event = product.act(asker).event(Action.REQUEST_ASKED, request=request)
            tx.log.record(event)
            added.append(moved)
    return added


def test_the_queue_is_for_leads_and_oldest_first(product: Product) -> None:
    first = product.disputed()
    product.pass_time(minutes=5)
    second = product.render(
        product.ask(ROSA, clip="en-us-0008", span="1.3-2.0").request
    )
    product.answer(RAVI, second, "a")
    product.answer(JONAS, second, "b")
    queue = lists.list_queue(product.services, product.act(LENA))
    assert [item.request.id for item in queue.items] == [first.id, second.id]
    assert [item.proposals for item in queue.items] == [2, 2]
    with pytest.raises(Refused):
        lists.list_queue(product.services, product.act(RAVI))
    assert product.last_event().outcome is Outcome.DENIED


def test_two_hundred_disputes_are_counted_and_reached_page_by_page(
    product: Product,
) -> None:
    disputed = add_requests(product, RequestState.DISPUTED, 201)
    seen = []
    chosen = ListFilter()
    while True:
        queue = lists.list_queue(product.services, product.act(LENA), chosen)
        assert queue.total == 201
        seen += [item.request.id for item in queue.items]
        if queue.next_after is None:
            break
        chosen = ListFilter(after=queue.next_after)
    assert seen == [request.id for request in disputed]


def test_declining_the_oldest_fifty_five_leaves_the_others_to_answer(
    product: Product,
) -> None:
    waiting = add_requests(product, RequestState.OPEN, 80)
    ravi = Person(team_id=waiting[0].asker.team_id, user_id=RAVI)
    with product.services.store.begin() as tx:
        for request in waiting[:55]:
            tx.proposals.add_decline(request.id, ravi, product.now)
            event = product.act(RAVI).event(Action.REQUEST_DECLINED, request=request)
            tx.log.record(event)
    found = home.read_home(product.services, product.act(RAVI)).can_answer
    # The request that served as the template is open too.
    assert found.total == 80 - 55 + 1
    assert len(found.requests) == 10


def test_eighty_questions_that_wait_for_agreement_are_counted_whole(
    product: Product,
) -> None:
    waiting = add_requests(product, RequestState.WAITING, 80)
    found = approve.list_waiting(product.services, product.act(LENA), 15)
    assert found.total == 80
    assert [each.request.id for each in found.items] == [r.id for r in waiting[:15]]
    assert {each.asked_before for each in found.items} == {0}


def test_everything_a_person_asked_can_be_found_again(product: Product) -> None:
    closed = add_requests(product, RequestState.EXPIRED, 120)
    chosen = ListFilter(states=frozenset({RequestState.EXPIRED}))
    first = asked.list_asked(product.services, product.act(ROSA), chosen).page
    assert first.total == 120
    assert first.requests[0].id == closed[-1].id
    assert home.read_home(product.services, product.act(ROSA)).asked.total == 121


def test_a_list_can_be_narrowed_to_a_desk_and_an_age(product: Product) -> None:
    old = product.disputed()
    product.pass_time(hours=9)
    act = product.act(LENA)
    older = lists.list_queue(product.services, act, ListFilter(hours=8))
    assert [item.request.id for item in older.items] == [old.id]
    assert lists.list_queue(product.services, act, ListFilter(hours=24)).total == 0
    here = lists.list_queue(product.services, act, ListFilter(desk=old.desk))
    assert here.total == 1
    elsewhere = lists.list_queue(product.services, act, ListFilter(desk="no-such"))
    assert elsewhere.total == 0
