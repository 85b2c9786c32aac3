"""Chasing requests that wait for answers or a ruling: the steps of their clocks."""

from collections.abc import Sequence
from dataclasses import replace

from bot.rules.desks import Desk
from bot.rules.listening.access_conditions import is_open
from bot.rules.requests import clocks, lifecycle
from bot.rules.requests.clocks import Step
from bot.rules.requests.routing import helping_desk
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.lookup import people_of
from bot.usecases.requests.lists import ListFilter, to_answer, to_rule
from bot.usecases.services import Services
from storage.records import Action, Person, Request, RequestState, Role
from storage.records.outbox import AskToHelp, NotifyAskerDue, NudgePerson, Payload
from storage.store import Transaction

_BATCH = 50


def chase(services: Services, act: Act) -> int:
    """Take the steps that are due on the clocks of requests; return their number."""
    with services.store.read() as tx:
        unfit = set(unfit_desks(services, tx))
        desks = services.desks.desks.keys() - unfit
        due = tx.clocks.to_chase(
            lifecycle.TIMED,
            act.now,
            desks=desks,
            limit=_BATCH,
        )
    return sum(chase_one(services, act, each.id) for each in due)


def chase_one(
    services: Services,
    act: Act,
    request_id: int,
) -> bool:
    """Take one request's step if it is due; return whether it was."""
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id, lock=True)
        if request is None:
            return False
        if request.state not in lifecycle.TIMED:
            return False
        desk = services.desks[request.desk]
        is_due = clocks.is_step_due(request, desk, act.now)
        if is_due:
            request = _take_step(services, tx, act, request, desk)
            chase_at = clocks.chase_at(request, desk, act.now)
            tx.requests.save(request.evolve(chase_at=chase_at))
        elif request.chase_at is None or request.chase_at <= act.now:
            chase_at = clocks.next_step_at(request, desk)
            tx.requests.save(request.evolve(chase_at=chase_at))
    return is_due


def _take_step(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    desk: Desk,
) -> Request:
    """Ask the people of the next step, record it, and return the request after it."""
    step = clocks.next_step(request)
    helper = None
    if step is Step.OTHER_DESK:
        helper = helping_desk(desk, services.desks.desks.values(), act.now)
        _notify_asker(tx, act, request)
    if helper is not None:
        request = request.evolve(helping_desk=helper.id)
    asked = _people_of_step(services, tx, act, request, step, helper)
    for user_id in asked:
        payload = _message(request, step, user_id)
        tx.outbox.enqueue(payload, now=act.now)
    event = act.event(
        Action.REQUEST_CHASED,
        request=request,
        rule=step,
        numbers={"people": len(asked)},
    )
    tx.log.record(event)
    return request.evolve(chased=request.chased + 1)


def _notify_asker(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Enqueue the asker's choice. After an appeal only a lead can end the dispute."""
    if tx.appeals.of_request(request.id):
        return
    notice = NotifyAskerDue(
        request_id=request.id,
        user_id=request.asker.user_id,
        state=request.state,
    )
    tx.outbox.enqueue(notice, now=act.now)


def _people_of_step(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    step: Step,
    helper: Desk | None,
) -> list[str]:
    """Return the people of this step, each of them asked by a direct message.

    Without another desk in its hours, its step asks the lead. A person is asked only
    about a request that their own lists would offer.
    """
    present = tx.presence.since(services.team_id, act.now - clocks.PRESENT_FOR)
    desk = services.desks[request.desk]
    if step is Step.NUDGE:
        candidates = _on_shift(tx, act, request, desk, present)
        return _first_offered(services, tx, act, request, candidates)
    if helper is not None:
        candidates = _on_shift(tx, act, request, helper, present)
        return _first_offered(services, tx, act, request, candidates)
    candidates = _leads(tx, request, desk, present)
    return _first_offered(services, tx, act, request, candidates)[:1]


def _on_shift(
    tx: Transaction,
    act: Act,
    request: Request,
    desk: Desk,
    present: Sequence[str],
) -> list[str]:
    """Return the desk's people on shift without a nudge in the last hour."""
    if not is_open(desk.access_conditions, act.now):
        return []
    role = Role.REVIEWER
    if request.state is RequestState.DISPUTED:
        role = Role.LEAD
    people = people_of(tx, desk.holders.get(role))
    since = act.now - clocks.NUDGES_APART
    found = []
    for user_id in present:
        nudge = NudgePerson(request_id=request.id, user_id=user_id)
        if user_id in people and not tx.outbox.was_enqueued(nudge, since):
            found.append(user_id)
    return found


def _leads(
    tx: Transaction,
    request: Request,
    desk: Desk,
    present: Sequence[str],
) -> list[str]:
    """Return the leads not asked yet, those on shift first."""
    leads = people_of(tx, desk.holders.get(Role.LEAD))
    since = clocks.waiting_since(request)
    left = set()
    for user_id in leads:
        question = AskToHelp(request_id=request.id, user_id=user_id)
        if not tx.outbox.was_enqueued(question, since):
            left.add(user_id)
    on_shift = [each for each in present if each in left]
    return [*on_shift, *sorted(left.difference(on_shift))]


def _first_offered(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    candidates: Sequence[str],
) -> list[str]:
    """Return the first candidates with this request on their lists, a few at most."""
    found: list[str] = []
    for user_id in candidates:
        if len(found) == clocks.MOST_ASKED:
            break
        person = Person(team_id=services.team_id, user_id=user_id)
        own_act = replace(act, person=person)
        if _is_offered(services, tx, own_act, request):
            found.append(user_id)
    return found


def _is_offered(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> bool:
    """Return whether the person's list to answer, or to rule, holds this request."""
    if rest_now(services, tx, act) is not None:
        return False
    this_one = ListFilter(only=request.id, rows=1)
    desks = [request.desk]
    if request.state is RequestState.DISPUTED:
        page = to_rule(tx, act, desks, this_one)
    else:
        page = to_answer(tx, act, desks, this_one)
    return page.total == 1


def _message(
    request: Request,
    step: Step,
    user_id: str,
) -> Payload:
    kind: type[AskToHelp | NudgePerson] = AskToHelp
    if step is Step.NUDGE:
        kind = NudgePerson
    return kind(
        request_id=request.id,
        user_id=user_id,
        state=request.state,
    )
