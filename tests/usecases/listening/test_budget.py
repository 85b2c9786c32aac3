"""A private word, a stop, and the leads' list; links that lead nobody else anywhere."""

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from bot.errors import Refused
from bot.rules.listening.listening_budget import Budgets
from bot.usecases.listening import elevated, view
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.requests import adjudicate
from storage.records import Answer, IncidentKind, Origin, Outcome, Request, Task
from storage.tables import outbox
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, Product


def allow(product: Product, **budgets: int) -> None:
    desks = product.services.desks
    changed = {
        name: replace(desk, budgets=replace(Budgets(), **budgets))
        for name, desk in desks.desks.items()
    }
    product.services = replace(product.services, desks=replace(desks, desks=changed))


def press(product: Product, user_id: str, request: Request) -> None:
    act = product.act(user_id, origin=Origin.PAGE)
    grant(product.services, act, RequestSnippet(request.key), secrets.token_hex(16))


def note(product: Product, user_id: str, request: Request) -> str | None:
    return view.view(product.services, product.act(user_id), request.key).note


def listed(product: Product) -> list[tuple[IncidentKind, str]]:
    with product.services.store.read() as tx:
        found = tx.incidents.unseen(["english-us"], 10)
    return [(incident.kind, incident.person.user_id) for incident in found]


def test_whoever_plays_too_much_is_told_then_stopped_and_the_leads_see_it(
    product: Product,
) -> None:
    allow(product, presses_per_hour=4)
    request = product.open()
    for _ in range(3):
        assert note(product, RAVI, request) is None
        press(product, RAVI, request)
    assert "Only listen where you mean to answer" in (
        note(product, RAVI, request) or ""
    )
    assert note(product, JONAS, request) is None
    press(product, RAVI, request)
    for _ in range(2):
        with pytest.raises(Refused) as stopped:
            press(product, RAVI, request)
    assert stopped.value.rule == "many_presses"
    assert product.last_event().outcome is Outcome.DENIED
    assert listed(product) == [(IncidentKind.LISTENS_A_LOT, RAVI)]
    press(product, JONAS, request)
    product.pass_time(hours=1, seconds=1)
    press(product, RAVI, request)


@pytest.mark.rows_without_events
def test_listening_without_ever_answering_is_noticed_and_answering_ends_it(
    product: Product,
) -> None:
    allow(product, unanswered_percent=1)
    spans = [f"{n / 10}-{n / 10 + 0.08}" for n in range(20)]
    asked = [product.open(span=span) for span in spans]
    for request in asked:
        press(product, RAVI, request)
    product.pass_time(minutes=11)
    with pytest.raises(Refused) as stopped:
        press(product, RAVI, asked[0])
    assert stopped.value.rule == "unanswered"
    with product.services.store.begin() as tx:
        for request in asked:
            tx.proposals.add_decline(request.id, product.act(RAVI).actor, product.now)
    press(product, RAVI, asked[0])


def test_a_request_that_closed_meanwhile_is_nobodys_omission(product: Product) -> None:
    request = product.open()
    press(product, "U0LEAD001", request)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    product.pass_time(minutes=11)
    with product.services.store.read() as tx:
        (habit,) = tx.listening_habits.of_listener(
            product.act("U0LEAD001").actor, product.now
        )
    assert (habit.n_requests, habit.n_unanswered) == (1, 0)


def test_enough_ears_are_enough_but_those_who_listened_may_again(
    product: Product,
) -> None:
    allow(product, listeners=1)
    request = product.open()
    press(product, RAVI, request)
    with pytest.raises(Refused) as stopped:
        press(product, JONAS, request)
    assert stopped.value.rule == "enough_listeners"
    press(product, RAVI, request)
    assert listed(product) == []


def test_a_lead_hears_a_dispute_however_many_heard_it_before(product: Product) -> None:
    request = product.disputed()
    allow(product, listeners=1)
    press(product, "U0LEAD001", request)
    assert listed(product) == []


def test_habits_are_one_query_by_an_index(product: Product) -> None:
    request = product.open()
    product.answer(RAVI, request, "lamp", Answer.WORDS)
    asked: list[str] = []
    with product.services.store.read() as tx:
        connection = tx.connection
        event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
        tx.listening_habits.of_listener(product.act(RAVI).actor, product.now)
        (query,) = asked
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple("x" for _ in range(query.count("?")))
        ).all()
    steps = [row[3] for row in plan]
    assert any("listens_by_listener" in step for step in steps)
    assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("user_id", [AMIR, SOFIA, "U0NOBODY1"])
def test_a_link_in_other_hands_opens_nothing_and_its_owner_is_told(
    product: Product, user_id: str
) -> None:
    request = product.open()
    before = product.waiting().count(Task.NOTIFY_LINK_TRIED)
    for _ in range(2):
        with pytest.raises(Refused):
            view.view(product.services, product.act(user_id), request.key)
        assert product.last_event().outcome is Outcome.DENIED
    assert product.waiting().count(Task.NOTIFY_LINK_TRIED) == before + 1
    assert listed(product) == [(IncidentKind.LINK_TRIED, user_id)]


def test_every_owner_is_told_once_a_day_and_the_leads_once(product: Product) -> None:
    told = product.waiting().count(Task.NOTIFY_LINK_TRIED)
    first, second = (
        product.open(ROSA),
        product.open(JONAS, clip="en-us-0006", span="2.8-3.5"),
    )
    for request in (first, second, first):
        with pytest.raises(Refused):
            view.view(product.services, product.act(AMIR), request.key)
        product.do_all()
    assert asked_for(product) == told + 2
    assert listed(product) == [(IncidentKind.LINK_TRIED, AMIR)]
    product.pass_time(hours=24)
    with pytest.raises(Refused):
        view.view(product.services, product.act(AMIR), first.key)
    assert asked_for(product) == told + 3


@pytest.mark.parametrize("page", [adjudicate.open_ruling_page, elevated.page])
def test_the_links_of_leads_and_second_persons_tell_the_owner_too(
    product: Product, page: Callable[..., object]
) -> None:
    request = product.disputed()
    for user_id in (RAVI, LENA, AMIR):
        with contextlib.suppress(Refused):
            page(product.services, product.act(user_id), request.key)
    assert listed(product) == [(IncidentKind.LINK_TRIED, AMIR)]
    assert asked_for(product) == 1


def asked_for(product: Product) -> int:
    """How many were told, or are to be, that their link was tried."""
    query = select(func.count()).where(outbox.c.task == Task.NOTIFY_LINK_TRIED)
    with product.services.store.read() as tx:
        return int(tx.connection.execute(query).scalar_one())


def test_a_colleague_of_the_desk_is_no_stranger_to_its_links(product: Product) -> None:
    request = product.open()
    view.view(product.services, product.act(RAVI), request.key)
    view.view(product.services, product.act(ROSA), request.key)
    assert listed(product) == []
