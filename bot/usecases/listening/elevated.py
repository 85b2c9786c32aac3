"""Elevated listens: the request for one, and a second person's decision on it.

Every step requires a fresh sign-in and is on record; the reasons are kept beside the
log. The one play is in `elevated_play`.
"""

import json
from dataclasses import dataclass, replace

from bot.rules.distress.care import may_listen_now
from bot.rules.erasure.holds import check_reason
from bot.rules.listening import elevated_listening as rules
from bot.rules.people import permission
from bot.rules.people.permission import Refusal, Relation
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.distress.care import rest_now
from bot.usecases.listening.budget import link_tried
from bot.usecases.listening.elevated_play import find_elevated
from bot.usecases.lookup import (
    access_refusal,
    acting_role,
    find_request,
    member_of,
    people_of,
    relate,
)
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.services import Services
from storage.records import (
    Action,
    ElevatedListen,
    Elevation,
    Event,
    Outcome,
    Request,
    Role,
    SnippetRecord,
)
from storage.records.outbox import NotifyElevatedAsked
from storage.store import Transaction

_DECIDERS = (Role.LEAD, Role.LESS_MASKED)
_DECISIONS = {
    True: Action.CLOSER_APPROVED,
    False: Action.CLOSER_REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class ElevatedPage:
    """The page of one person's elevated listen to one request.

    `snippet` is None while it may not be played; `refusal` then holds the reason.
    """

    request: Request
    asked: ElevatedListen | None
    may_ask_for: tuple[Elevation, ...]
    snippet: SnippetRecord | None
    refusal: Refusal | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An elevated listen that waits for a second person's decision.

    `listener` is the name of the person who asked, or the Slack id.
    """

    listener: str
    asked: ElevatedListen
    request: Request
    reason: str


def page(
    services: Services,
    act: Act,
    key: str,
) -> ElevatedPage:
    """Open the page; `key` is the request's. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = rules.may_ask_elevated(relation, request)
        event = act.event(
            Action.REQUEST_VIEWED,
            refusal=unwelcome,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        asked = tx.elevated_listens.newest_of(request.id, act.actor)
        if permission.may_view(relation, request) is not None:
            link_tried(tx, act, request)
        refusal = unwelcome
        if refusal is None:
            refusal = _play_refusal(
                services,
                tx,
                act,
                relation,
                request,
                asked,
            )
        snippet = None
        if asked is not None and refusal is None:
            snippet = relation.snippet
        found = ElevatedPage(
            request=request,
            asked=asked,
            may_ask_for=_may_ask_for(relation, request),
            snippet=snippet,
            refusal=refusal,
        )
    raise_refusal(unwelcome)
    return found


def ask(
    services: Services,
    act: Act,
    key: str,
    *,
    closeness: Elevation,
    reason: str,
) -> ElevatedListen:
    """Ask for an elevated listen to a request.

    Raises `NotFound`, `Invalid`, `Refused`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = rules.may_ask_elevated(relation, request, closeness)
        if refusal is None:
            refusal = step_up_refusal(services, act)
        why = _checked_reason(reason, refusal)
        event = _event(
            act,
            Action.CLOSER_ASKED,
            request,
            relation,
            refusal,
            closeness,
        )
        asked_as = _record(tx, event, why)
        asked = ElevatedListen(
            key=new_key(),
            request_id=request.id,
            desk=request.desk,
            listener=act.actor,
            closeness=closeness,
            asked_at=act.now,
            asked_as=asked_as,
        )
        if refusal is None:
            tx.elevated_listens.add(asked)
            _notify_deciders(services, tx, act, request)
    raise_refusal(refusal)
    return asked


def waiting(services: Services, act: Act) -> list[Waiting]:
    """Return the elevated listens that wait for this person's decision, oldest first.

    A person decides neither on their own elevated listen nor on one to their own
    request. The list names people and their reasons, so reading it is on record.
    """
    with services.store.begin() as tx:
        member = member_of(services, tx, act.actor)
        desks: set[str] = set()
        for role in _DECIDERS:
            desks.update(desk.id for desk in services.desks.where(role, member))
        since = act.now - rules.LASTS
        found = []
        waits = tx.elevated_listens.waiting(desks, since)
        names = tx.people.names(asked.listener.user_id for asked in waits)
        for asked in waits:
            request = tx.requests.by_id(asked.request_id)
            if request is None:
                continue
            if act.actor in (asked.listener, request.asker):
                continue
            reason = _reason(tx, asked)
            found.append(
                Waiting(
                    listener=names.get(asked.listener.user_id, asked.listener.user_id),
                    asked=asked,
                    request=request,
                    reason=reason,
                )
            )
        if found:
            tx.log.record(act.event(Action.QUEUE_VIEWED))
    return found


def decide(
    services: Services,
    act: Act,
    key: str,
    *,
    reason: str,
    approve: bool,
) -> None:
    """Approve an elevated listen, or refuse it.

    Raises `NotFound`, `Invalid`, `Refused`, `Conflict` when it was decided meanwhile.
    """
    with services.store.begin() as tx:
        asked, request = find_elevated(tx, key)
        relation = relate(services, tx, act.actor, request)
        refusal = rules.may_decide(relation, request, asked, act.now)
        if refusal is None:
            refusal = step_up_refusal(services, act)
        why = _checked_reason(reason, refusal)
        action = _DECISIONS[approve]
        event = _event(
            act,
            action,
            request,
            relation,
            refusal,
            asked.closeness,
        )
        event = replace(event, subject=asked.listener)
        _record(tx, event, why)
        if refusal is None:
            tx.elevated_listens.decide(key, act.actor, act.now, approved=approve)
    raise_refusal(refusal, meanwhile=("decided",))


def _checked_reason(reason: str, refusal: Refusal | None) -> str:
    """Return the reason in one line, "" for a refused act. Raises `Invalid`."""
    if refusal is not None:
        return ""
    return check_reason(reason)


def _record(
    tx: Transaction,
    event: Event,
    reason: str,
) -> int:
    """Record the event, with its reason if it was allowed. Return the event's id.

    The reason of a denial is not kept, because the clip may be gone.
    """
    if event.outcome is Outcome.DENIED:
        return tx.log.record(event)
    return tx.log.record_with(event, detail=committed_detail(reason=reason))


def _play_refusal(
    services: Services,
    tx: Transaction,
    act: Act,
    relation: Relation,
    request: Request,
    asked: ElevatedListen | None,
) -> Refusal | None:
    """Return the refusal to play an elevated listen here and now, or None."""
    refusal = access_refusal(services, act, relation, request)
    if refusal is None:
        refusal = may_listen_now(rest_now(services, tx, act))
    if refusal is None and asked is not None:
        refusal = rules.may_play_elevated(relation, request, asked, act.now)
    return refusal


def _may_ask_for(relation: Relation, request: Request) -> tuple[Elevation, ...]:
    """Return the kinds of elevated listen that this person may ask for."""
    kinds = []
    for closeness in Elevation:
        refusal = rules.may_ask_elevated(relation, request, closeness)
        if refusal is None:
            kinds.append(closeness)
    return tuple(kinds)


def _reason(tx: Transaction, asked: ElevatedListen) -> str:
    """Return the listener's reason, or "" if it is no longer kept."""
    detail = tx.log.detail(asked.asked_as)
    if detail is None:
        return ""
    return str(json.loads(detail).get("reason", ""))


def _event(
    act: Act,
    action: Action,
    request: Request,
    relation: Relation,
    refusal: Refusal | None,
    closeness: Elevation,
) -> Event:
    return act.event(
        action,
        refusal=refusal,
        request=request,
        role=acting_role(relation),
        numbers={"unmasked": int(closeness is Elevation.UNMASKED)},
    )


def _notify_deciders(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Notify each person who may decide, except the listener and the asker."""
    desk = services.desks[request.desk]
    user_ids: set[str] = set()
    for role in _DECIDERS:
        user_ids |= people_of(tx, desk.holders.get(role))
    user_ids -= {act.actor.user_id, request.asker.user_id}
    for user_id in sorted(user_ids):
        notice = NotifyElevatedAsked(request_id=request.id, user_id=user_id)
        tx.outbox.enqueue(notice, now=act.now)
