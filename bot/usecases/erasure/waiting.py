"""Erasures that answers or a ruling caused: closed at once, erased after a delay.

In between, the desk's leads and the safety officers see them and can keep the clip.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Conflict, NotFound
from bot.rules.people import permission
from bot.rules.people.roles import strongest
from bot.rules.requests import lifecycle
from bot.text import text
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.erasure.erase import begin
from bot.usecases.lookup import company_roles, member_of, people_of, roles_on
from bot.usecases.requests.notice import notify_askers
from bot.usecases.requests.resume import resume_requests
from bot.usecases.services import Services
from storage.records import (
    Action,
    Answer,
    Request,
    RequestState,
    Role,
    WaitingErasure,
    Why,
)
from storage.records.outbox import NotifyErasureWaiting, UpdateThread
from storage.store import Transaction

# An erasure that has not begun this long after its time is red in `help-clip check`.
_OVERDUE_AFTER = timedelta(minutes=15)
_ERASED_A_ROUND = 100


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One waiting erasure, for a lead or an officer; it holds no word of the clip."""

    waiting: WaitingErasure
    request: Request
    desk_name: str


def close_accidental(
    services: Services,
    act: Act,
    request_id: int,
) -> None:
    """Close a clip that people found not to be meant for this, and let it wait.

    Without a delay it is erased at once. A repeated call changes nothing.
    """
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id)
        assert request is not None
        tx.clips.lock(request.clip_id)
        request = tx.requests.by_id(request_id, lock=True)
        assert request is not None
        if request.state is not RequestState.ACCIDENTAL:
            return
        if tx.waiting_erasures.of_clip(request.clip_id) is not None:
            return
        delay = services.desks.retention(request.desk).accidental
        if delay <= timedelta(0):
            _erase(tx, act, request)
            return
        tx.log.record(
            act.event(
                Action.ERASURE_DELAYED,
                request=request,
                rule=Why.ACCIDENTAL,
            )
        )
        _close_others(tx, act, request.clip_id)
        waiting = tx.waiting_erasures.add(
            key=new_key(),
            clip_id=request.clip_id,
            request_id=request.id,
            desk=request.desk,
            asked_at=act.now,
            due_at=act.now + delay,
        )
        _notify(services, tx, act, waiting)


def erase_due(services: Services, act: Act) -> int:
    """Erase the clips whose waiting time is over; return their number."""
    with services.store.read() as tx:
        due = tx.waiting_erasures.due(act.now, limit=_ERASED_A_ROUND)
    for candidate in due:
        with services.store.begin() as tx:
            tx.clips.lock(candidate.clip_id)
            waiting = tx.waiting_erasures.by_key(candidate.key, lock=True)
            # A lead kept it, or another replica erased it, meanwhile.
            if waiting is not None and waiting.ended_at is None:
                request = tx.requests.by_id(waiting.request_id)
                assert request is not None
                _erase(tx, act, request)
    return len(due)


def list_waiting(services: Services, act: Act) -> list[Listed]:
    """Return what waits on the desks of this lead, or on all for an officer.

    Raises `Refused`.
    """
    with services.store.begin() as tx:
        roles = company_roles(services, tx, act.actor)
        member = member_of(services, tx, act.actor)
        led = [desk.id for desk in services.desks.where(Role.LEAD, member)]
        if led:
            roles |= {Role.LEAD}
        refusal = permission.may_keep(roles)
        role = None
        if refusal is None:
            role = strongest(roles)
        tx.log.record(act.event(Action.ERASURES_VIEWED, refusal=refusal, role=role))
        found: list[WaitingErasure] = []
        if Role.SAFETY_OFFICER in roles:
            found = tx.waiting_erasures.on_desks(None)
        elif refusal is None:
            found = tx.waiting_erasures.on_desks(led)
        listed = [_listed(services, tx, waiting) for waiting in found]
    raise_refusal(refusal)
    return listed


def count_waiting(services: Services, act: Act) -> int:
    """Return how many erasures this lead or safety officer can still stop."""
    with services.store.read() as tx:
        member = member_of(services, tx, act.actor)
        if Role.SAFETY_OFFICER in services.desks.company_roles(member):
            return tx.waiting_erasures.count()
        led = services.desks.where(Role.LEAD, member)
        if not led:
            return 0
        return tx.waiting_erasures.count(desks=[desk.id for desk in led])


def keep(
    services: Services,
    act: Act,
    key: str,
) -> None:
    """Keep a clip from its erasure; its requests go on, the settled one at the lead's.

    Raises `NotFound`, `Refused`, `Conflict` if it was erased or kept before.
    """
    with services.store.begin() as tx:
        waiting = tx.waiting_erasures.by_key(key)
        if waiting is None:
            raise NotFound(text("erasure.waiting.not_found"))
        tx.clips.lock(waiting.clip_id)
        waiting = tx.waiting_erasures.by_key(key, lock=True)
        assert waiting is not None
        request = tx.requests.by_id(waiting.request_id)
        roles = roles_on(services, tx, waiting.desk, act.actor)
        refusal = permission.may_keep(roles)
        role = None
        if refusal is None:
            role = strongest(roles)
        is_waiting = waiting.ended_at is None
        event = act.event(
            Action.ERASURE_KEPT,
            refusal=refusal,
            request=request,
            role=role,
            rule=None if is_waiting else "ended_before",
        )
        tx.log.record(event)
        if refusal is None and is_waiting:
            tx.waiting_erasures.end_of_clip(waiting.clip_id, act.now, kept_by=act.actor)
            tx.clips.unbar(waiting.clip_id, Why.ACCIDENTAL)
            resume_requests(tx, act, waiting.clip_id, RequestState.ACCIDENTAL)
    raise_refusal(refusal)
    if not is_waiting:
        raise Conflict(text("erasure.waiting.ended"))


def find_waiting(services: Services, key: str) -> Listed | None:
    """Return what a message about a waiting erasure needs; None if it waits no more."""
    with services.store.read() as tx:
        waiting = tx.waiting_erasures.by_key(key)
        if waiting is None or waiting.ended_at is not None:
            return None
        return _listed(services, tx, waiting)


def count_overdue(services: Services, now: datetime) -> int:
    """Return how many erasures should have begun by now."""
    with services.store.read() as tx:
        return tx.waiting_erasures.count(due_before=now - _OVERDUE_AFTER)


def _listed(
    services: Services,
    tx: Transaction,
    waiting: WaitingErasure,
) -> Listed:
    request = tx.requests.by_id(waiting.request_id)
    assert request is not None
    desk = services.desks.desks.get(waiting.desk)
    name = waiting.desk
    if desk is not None:
        name = desk.name
    return Listed(waiting=waiting, request=request, desk_name=name)


def _erase(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Erase a locked clip; its source is asked only if that is what people answered."""
    tx.log.record(
        act.event(
            Action.ERASURE_ASKED,
            request=request,
            rule=Why.ACCIDENTAL,
        )
    )
    clip_id = request.clip_id
    closed = tx.requests.on_clip(clip_id, [RequestState.ACCIDENTAL])
    answers = {request.settled_answer for request in closed}
    begin(
        tx,
        act,
        clip_id,
        Why.ACCIDENTAL,
        asks_source=Answer.SHOULD_NOT_HAVE_BEEN_RECORDED in answers,
    )


def _close_others(
    tx: Transaction,
    act: Act,
    clip_id: str,
) -> None:
    """Close the live requests on a clip; they go on with their answers if it is kept."""
    for live in tx.requests.on_clip(clip_id, lifecycle.LIVE, lock=True):
        closed = lifecycle.move(live, RequestState.ACCIDENTAL, closed_at=act.now)
        tx.requests.save(closed)
        tx.outbox.enqueue(UpdateThread(request_id=live.id), now=act.now)
        notify_askers(tx, act, closed)


def _notify(
    services: Services,
    tx: Transaction,
    act: Act,
    waiting: WaitingErasure,
) -> None:
    """Enqueue a message to each lead of the desk and each safety officer."""
    holders = [services.desks.holders.get(Role.SAFETY_OFFICER)]
    desk = services.desks.desks.get(waiting.desk)
    if desk is not None:
        holders.append(desk.holders.get(Role.LEAD))
    people: set[str] = set()
    for held in holders:
        people |= people_of(tx, held)
    for user_id in sorted(people):
        notice = NotifyErasureWaiting(waiting_key=waiting.key, user_id=user_id)
        tx.outbox.enqueue(notice, now=act.now)
