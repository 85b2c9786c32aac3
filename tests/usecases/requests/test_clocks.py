"""Late requests: the nudge, another desk, the leads, and the asker's choice."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import Conflict, Refused
from bot.rules.desks import Holders
from bot.rules.requests.clocks import waiting_since
from bot.usecases.channels.pause import thaw
from bot.usecases.lookup import relate
from bot.usecases.requests import propose
from bot.usecases.requests.clocks.ages import read_waiting
from bot.usecases.requests.clocks.chase import chase, chase_one
from bot.usecases.requests.clocks.close_unclear import close_unclear
from bot.usecases.requests.lists import ListFilter, to_answer
from storage.records import (
    Action,
    Channel,
    ChannelProblem,
    Login,
    Person,
    Request,
    RequestState,
    Role,
    Session,
    Task,
)
from storage.tables import outbox
from tests.product import JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, Product

LEAD2, HELPER, HELPING_LEAD = "U0LEAD002", "U0REVIEW8", "U0LEAD008"


def with_more_leads(product: Product) -> None:
    """Two leads, and a second English desk with people of its own."""
    desks = product.services.desks
    desk = desks["english-us"]
    leads = Holders(users=frozenset({LENA, LEAD2}))
    of_desk = replace(desk, holders={**desk.holders, Role.LEAD: leads})
    helping = replace(
        desk,
        id="english-gb",
        channel_id="C0HELPENGB",
        holders={
            Role.REVIEWER: Holders(users=frozenset({HELPER})),
            Role.LEAD: Holders(users=frozenset({HELPING_LEAD})),
        },
    )
    both = {**desks.desks, desk.id: of_desk, helping.id: helping}
    product.services = replace(product.services, desks=replace(desks, desks=both))


def be_present(product: Product, *people: str) -> None:
    """These people use a page now, in this order."""
    with product.services.store.begin() as tx:
        for position, user_id in enumerate(people):
            session = Session(
                token_hash=f"{user_id}{product.now}",
                person=Person(team_id=TEAM, user_id=user_id),
                name="",
                browser="b",
                csrf="c",
                started_at=product.now,
                authenticated_at=product.now,
                expires_at=product.now + timedelta(hours=8),
                kind="Firefox",
                login=Login.NEW,
                used_at=product.now + timedelta(seconds=position),
                was_idle=False,
            )
            tx.sessions.add(session)


def go_round(product: Product) -> int:
    return chase(product.services, product.worker())


def asked_of(product: Product, *tasks: Task) -> list[str]:
    """The people to whom these messages go, in order."""
    query = select(outbox.c.lane).where(outbox.c.task.in_(tasks)).order_by(outbox.c.id)
    with product.services.store.read() as tx:
        lanes: Iterable[str] = tx.connection.execute(query).scalars()
        return [lane.rpartition(" ")[2] for lane in lanes]


def become_late(product: Product, hours: float, *present: str) -> None:
    """Half of the desk's time passes, then the rest, with a round after each."""
    for _ in range(2):
        product.pass_time(hours=hours / 2)
        be_present(product, *present)
        go_round(product)


def steps(product: Product) -> list[tuple[str | None, int]]:
    """The steps on record, with the number of people asked."""
    return [
        (event.rule, event.numbers["people"])
        for event in product.events()
        if event.action is Action.REQUEST_CHASED
    ]


def late(product: Product) -> Request:
    """An open request whose clock has called it late."""
    request = product.open()
    for hours in (2, 2):
        go_round(product)
        product.pass_time(hours=hours, minutes=1)
    go_round(product)
    go_round(product)
    return product.request(request)


def test_nothing_happens_before_half_the_time(product: Product) -> None:
    product.open()
    be_present(product, RAVI)
    assert go_round(product) == 0
    product.pass_time(minutes=119)
    assert go_round(product) == 0
    assert steps(product) == []


def test_people_on_shift_who_have_not_declined_are_nudged_once(
    product: Product,
) -> None:
    request = product.open()
    propose.decline(product.services, product.act(RAVI), request.key)
    product.pass_time(hours=2)
    be_present(product, ROSA, RAVI, JONAS, SOFIA)
    assert go_round(product) == 1
    assert go_round(product) == 0
    assert asked_of(product, Task.NUDGE_PERSON) == [JONAS]
    assert steps(product) == [("nudge", 1)]


def test_a_person_gets_one_nudge_an_hour(product: Product) -> None:
    product.open()
    product.open(clip="en-us-0002", span="0.5-0.9")
    product.pass_time(hours=2)
    be_present(product, RAVI)
    go_round(product)
    assert asked_of(product, Task.NUDGE_PERSON) == [RAVI]
    assert sorted(people for _, people in steps(product)) == [0, 1]


def test_a_person_who_was_last_active_an_hour_ago_is_not_nudged(
    product: Product,
) -> None:
    product.open()
    be_present(product, RAVI)
    product.pass_time(hours=2)
    go_round(product)
    assert asked_of(product, Task.NUDGE_PERSON) == []


def test_when_due_another_desk_is_asked_and_the_asker_has_a_choice(
    product: Product,
) -> None:
    with_more_leads(product)
    request = product.open()
    become_late(product, 4, HELPER)
    assert steps(product) == [("nudge", 0), ("other_desk", 1)]
    assert asked_of(product, Task.ASK_TO_HELP) == [HELPER]
    assert asked_of(product, Task.NOTIFY_ASKER_DUE) == [ROSA]
    assert product.request(request).helping_desk == "english-gb"


def test_a_helper_answers_only_what_its_desk_was_asked(product: Product) -> None:
    with_more_leads(product)
    request = product.open()
    with pytest.raises(Refused):
        product.hear(HELPER, request)
    become_late(product, 4)
    product.answer(HELPER, request, "lamp")
    settled = product.answer(RAVI, request, "lamp").request
    assert settled.state is RequestState.AGREED


def test_a_helping_lead_rules_only_on_a_late_dispute(product: Product) -> None:
    with_more_leads(product)
    request = product.disputed()
    with pytest.raises(Refused):
        product.hear(HELPING_LEAD, request)
    become_late(product, 24, HELPING_LEAD)
    assert asked_of(product, Task.ASK_TO_HELP) == [HELPING_LEAD]
    assert product.hear(HELPING_LEAD, request)


def test_a_helping_desk_that_is_no_more_stops_no_round(product: Product) -> None:
    with_more_leads(product)
    be_present(product, HELPER)
    request = late(product)
    go_round(product)
    assert product.request(request).helping_desk == "english-gb"
    with product.services.store.begin() as tx:
        disputed = replace(
            product.request(request),
            state=RequestState.DISPUTED,
            chased=1,
            chase_at=product.now,
        )
        tx.requests.save(disputed)
    desks = product.services.desks
    left = {key: desk for key, desk in desks.desks.items() if key != "english-gb"}
    product.services = replace(product.services, desks=replace(desks, desks=left))
    product.pass_time(days=2)
    assert go_round(product) == 1


def test_then_a_lead_is_asked_and_then_another(product: Product) -> None:
    with_more_leads(product)
    product.disputed()
    for hours in (12, 12, 6, 6):
        product.pass_time(hours=hours)
        be_present(product, LEAD2)
        go_round(product)
    assert steps(product) == [
        ("nudge", 1),
        ("other_desk", 0),
        ("lead", 1),
        ("other_lead", 1),
    ]
    assert asked_of(product, Task.ASK_TO_HELP) == [LEAD2, LENA]
    product.pass_time(hours=24)
    assert go_round(product) == 1
    assert steps(product)[-1] == ("other_lead", 0)


def test_without_another_desk_the_lead_is_asked_when_due(product: Product) -> None:
    late(product)
    assert asked_of(product, Task.ASK_TO_HELP) == [LENA]
    assert asked_of(product, Task.NOTIFY_ASKER_DUE) == [ROSA]


def test_a_lead_who_answered_is_not_asked_to_rule(product: Product) -> None:
    request = product.open()
    product.answer(LENA, request, "lamp")
    product.answer(RAVI, request, "lamb")
    for hours in (12, 12, 6):
        product.pass_time(hours=hours)
        go_round(product)
    assert asked_of(product, Task.ASK_TO_HELP) == []


def test_a_settled_request_has_no_clock(product: Product) -> None:
    request = product.open()
    go_round(product)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    product.pass_time(hours=9)
    assert go_round(product) == 0


def test_the_asker_closes_a_late_question_as_unintelligible(product: Product) -> None:
    request = late(product)
    product.answer(RAVI, request, "lamp")
    closed = close_unclear(product.services, product.act(ROSA), request.key)
    assert closed.state is RequestState.UNCLEAR
    event = product.last_event()
    assert event.actor is not None
    assert (event.action, event.rule, event.actor.user_id) == (
        Action.REQUEST_SETTLED,
        "unclear",
        ROSA,
    )
    with product.services.store.read() as tx:
        [result] = tx.results.newest(limit=1)
    assert (result.how, result.agreeing, result.dissent) == ("unclear", 0, ("lamp",))


def test_a_late_dispute_can_be_closed_too(product: Product) -> None:
    request = product.disputed()
    become_late(product, 24)
    closed = close_unclear(product.services, product.act(ROSA), request.key)
    assert closed.state is RequestState.UNCLEAR


@pytest.mark.parametrize(("user_id", "rule"), [(ROSA, "not_late"), (RAVI, "not_asker")])
def test_a_question_is_closed_by_its_asker_only_and_when_it_is_late(
    product: Product, user_id: str, rule: str
) -> None:
    request = product.open()
    with pytest.raises(Refused) as error:
        close_unclear(product.services, product.act(user_id), request.key)
    assert error.value.rule == rule
    assert product.last_event().rule == rule


def test_a_settled_question_is_not_closed_again(product: Product) -> None:
    request = late(product)
    close_unclear(product.services, product.act(ROSA), request.key)
    with pytest.raises((Refused, Conflict)):
        close_unclear(product.services, product.act(ROSA), request.key)


def test_ages_and_late_requests_are_counted(product: Product) -> None:
    product.open(clip="en-us-0002", span="0.5-0.9")
    product.pass_time(hours=1)
    product.disputed()
    disputed_at = product.now
    product.pass_time(hours=25)
    found = read_waiting(product.services, product.now)
    waiting = found[RequestState.DISPUTED]
    assert (waiting.count, waiting.late, waiting.oldest) == (1, 1, disputed_at)
    assert found[RequestState.OPEN].late == 1
    other_desk = read_waiting(product.services, product.now, ["deutsch"])
    assert other_desk[RequestState.OPEN].count == 0


def test_an_outage_makes_no_burst_of_steps(product: Product) -> None:
    product.open()
    product.pass_time(hours=20)
    assert go_round(product) == 1
    product.pass_time(seconds=15)
    assert go_round(product) == 0
    product.pass_time(hours=2)
    assert go_round(product) == 1
    assert [step for step, _ in steps(product)] == ["nudge", "other_desk"]


def test_a_second_replica_takes_no_step_twice(product: Product) -> None:
    """It read the request as due before the first replica took the step."""
    request = product.open()
    product.pass_time(hours=20)
    act = product.worker()
    assert chase_one(product.services, act, request.id)
    assert not chase_one(product.services, act, request.id)
    assert len(steps(product)) == 1


def test_only_the_request_itself_is_looked_for_on_a_persons_list(
    product: Product,
) -> None:
    first = product.open()
    product.open(clip="en-us-0002", span="0.5-0.9")
    with product.services.store.read() as tx:
        act = product.act(RAVI)
        page = to_answer(tx, act, [first.desk], ListFilter(only=first.id))
    assert [each.id for each in page.requests] == [first.id]
    assert page.total == 1


def test_a_helping_desk_loses_its_rights_when_the_request_has_ended(
    product: Product,
) -> None:
    with_more_leads(product)
    request = product.open()
    become_late(product, 4)
    assert product.hear(HELPER, request)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    with product.services.store.read() as tx:
        settled = product.request(request)
        helper = Person(team_id=TEAM, user_id=HELPER)
        relation = relate(product.services, tx, helper, settled)
    assert settled.state is RequestState.AGREED
    assert (relation.helps, relation.roles) == (False, frozenset())


def test_a_helper_who_answered_sees_how_it_ended(product: Product) -> None:
    with_more_leads(product)
    request = product.open()
    become_late(product, 4)
    product.answer(HELPER, request, "lamp")
    settled = product.answer(RAVI, request, "lamp").request
    with product.services.store.read() as tx:
        helper = Person(team_id=TEAM, user_id=HELPER)
        relation = relate(product.services, tx, helper, settled)
    assert relation.helps


def test_a_pause_stops_the_clock(product: Product) -> None:
    request = product.open()
    go_round(product)
    before = product.request(request)
    product.pass_time(hours=1)
    paused = Channel(
        id="C0HELPENUS",
        problems=(ChannelProblem.BOT_REMOVED,),
        people=(),
        checked_at=product.now,
        unfit_since=product.now,
    )
    product.pass_time(hours=10)
    with product.services.store.begin() as tx:
        thaw(product.services, tx, product.worker(), paused)
    assert go_round(product) == 0
    after = product.request(request)
    assert before.chase_at is not None
    assert after.chase_at == before.chase_at + timedelta(hours=10)
    assert waiting_since(after) == waiting_since(before) + timedelta(hours=10)
