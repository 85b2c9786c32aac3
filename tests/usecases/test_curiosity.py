"""A private word, a stop, and the leads' list; links that lead nobody else anywhere."""

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

from bot.errors import Refused
from bot.rules.curiosity import Budgets
from bot.usecases import adjudicate, closer, listen
from storage.records import Answer, IncidentKind, Origin, Outcome, Request, Task
from storage.tables import outbox
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, House


def allow(house: House, **budgets: int) -> None:
    desks = house.services.desks
    changed = {
        name: replace(desk, budgets=replace(Budgets(), **budgets))
        for name, desk in desks.desks.items()
    }
    house.services = replace(house.services, desks=replace(desks, desks=changed))


def press(house: House, user_id: str, request: Request) -> None:
    act = house.act(user_id, origin=Origin.PAGE)
    listen.listen(house.services, act, request.key, secrets.token_hex(16))


def note(house: House, user_id: str, request: Request) -> str | None:
    return listen.view(house.services, house.act(user_id), request.key).note


def listed(house: House) -> list[tuple[IncidentKind, str]]:
    with house.services.store.read() as tx:
        found = tx.unseen_incidents(["english-us"])
    return [(incident.kind, incident.person.user_id) for incident in found]


def test_whoever_plays_too_much_is_told_then_stopped_and_the_leads_see_it(house: House) -> None:
    allow(house, presses_per_hour=4)
    request = house.open()
    for _ in range(3):
        assert note(house, RAVI, request) is None
        press(house, RAVI, request)
    assert "Only listen where you mean to answer" in (note(house, RAVI, request) or "")
    assert note(house, JONAS, request) is None
    press(house, RAVI, request)
    for _ in range(2):
        with pytest.raises(Refused) as stopped:
            press(house, RAVI, request)
    assert stopped.value.rule == "many_presses"
    assert house.last_event().outcome is Outcome.DENIED
    assert listed(house) == [(IncidentKind.LISTENS_A_LOT, RAVI)]
    press(house, JONAS, request)
    house.pass_time(hours=1, seconds=1)
    press(house, RAVI, request)


def test_listening_without_ever_answering_is_noticed_and_answering_ends_it(house: House) -> None:
    allow(house, unanswered_percent=1)
    spans = [f"{n / 10}-{n / 10 + 0.08}" for n in range(20)]
    asked = [house.open(span=span) for span in spans]
    for request in asked:
        press(house, RAVI, request)
    house.pass_time(minutes=11)
    with pytest.raises(Refused) as stopped:
        press(house, RAVI, asked[0])
    assert stopped.value.rule == "unanswered"
    with house.services.store.begin() as tx:
        for request in asked:
            tx.add_decline(request.id, house.act(RAVI).actor, house.now)
    press(house, RAVI, asked[0])


def test_a_request_that_closed_meanwhile_is_nobodys_omission(house: House) -> None:
    request = house.open()
    press(house, "U0LEAD001", request)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    house.pass_time(minutes=11)
    with house.services.store.read() as tx:
        (habit,) = tx.habits_of(house.act("U0LEAD001").actor, house.now)
    assert (habit.n_requests, habit.n_unanswered) == (1, 0)


def test_enough_ears_are_enough_but_those_who_listened_may_again(house: House) -> None:
    allow(house, listeners=1)
    request = house.open()
    press(house, RAVI, request)
    with pytest.raises(Refused) as stopped:
        press(house, JONAS, request)
    assert stopped.value.rule == "enough_listeners"
    press(house, RAVI, request)
    assert listed(house) == []


def test_a_lead_hears_a_dispute_however_many_heard_it_before(house: House) -> None:
    request = house.disputed()
    allow(house, listeners=1)
    press(house, "U0LEAD001", request)


def test_habits_are_one_query_by_an_index(house: House) -> None:
    request = house.open()
    house.answer(RAVI, request, "lamp", Answer.WORDS)
    asked: list[str] = []
    with house.services.store.read() as tx:
        connection = tx.connection
        event.listen(connection, "before_cursor_execute", lambda *a: asked.append(a[2]))
        tx.habits_of(house.act(RAVI).actor, house.now)
        (query,) = asked
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {query}", tuple("x" for _ in range(query.count("?")))
        ).all()
    steps = [row[3] for row in plan]
    assert any("listens_by_listener" in step for step in steps)
    assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("user_id", [AMIR, SOFIA, "U0NOBODY1"])
def test_a_link_in_other_hands_opens_nothing_and_its_owner_is_told(
    house: House, user_id: str
) -> None:
    request = house.open()
    before = house.waiting().count(Task.TELL_LINK_TRIED)
    for _ in range(2):
        with pytest.raises(Refused):
            listen.view(house.services, house.act(user_id), request.key)
        assert house.last_event().outcome is Outcome.DENIED
    assert house.waiting().count(Task.TELL_LINK_TRIED) == before + 1
    assert listed(house) == [(IncidentKind.LINK_TRIED, user_id)]


def test_every_owner_is_told_once_a_day_and_the_leads_once(house: House) -> None:
    told = house.waiting().count(Task.TELL_LINK_TRIED)
    first, second = house.open(ROSA), house.open(JONAS, clip="en-us-0006", span="2.8-3.5")
    for request in (first, second, first):
        with pytest.raises(Refused):
            listen.view(house.services, house.act(AMIR), request.key)
        house.do_all()
    assert asked_for(house) == told + 2
    assert listed(house) == [(IncidentKind.LINK_TRIED, AMIR)]
    house.pass_time(hours=24)
    with pytest.raises(Refused):
        listen.view(house.services, house.act(AMIR), first.key)
    assert asked_for(house) == told + 3


@pytest.mark.parametrize("page", [adjudicate.rule_page, closer.page])
def test_the_links_of_leads_and_second_persons_tell_the_owner_too(
    house: House, page: Callable[..., object]
) -> None:
    request = house.disputed()
    for user_id in (RAVI, LENA, AMIR):
        with contextlib.suppress(Refused):
            page(house.services, house.act(user_id), request.key)
    assert listed(house) == [(IncidentKind.LINK_TRIED, AMIR)]
    assert asked_for(house) == 1


def asked_for(house: House) -> int:
    """How many were told, or are to be, that their link was tried."""
    query = select(func.count()).where(outbox.c.task == Task.TELL_LINK_TRIED)
    with house.services.store.read() as tx:
        return int(tx.connection.execute(query).scalar_one())


def test_a_colleague_of_the_desk_is_no_stranger_to_its_links(house: House) -> None:
    request = house.open()
    listen.view(house.services, house.act(RAVI), request.key)
    listen.view(house.services, house.act(ROSA), request.key)
    assert listed(house) == []
