"""Hearing one span closer: asking, a second person's decision, and one play.

Every step asks for a fresh sign-in and is on record; the reasons are kept beside the
log.
"""

import json
from dataclasses import dataclass

from bot.errors import Conflict
from bot.rules.distress.care import may_listen_now
from bot.rules.erasure.holds import checked_reason
from bot.rules.listening import elevated_listening as rules
from bot.rules.people import permission
from bot.rules.people.permission import Refusal, Relation
from bot.usecases.committed_detail import beside
from bot.usecases.context import Act, new_key, raise_refusal
from bot.usecases.distress.care import rest_now
from bot.usecases.listening.budget import link_tried
from bot.usecases.listening.elevated_play import find_elevated
from bot.usecases.lookup import (
    access_refusal,
    acting_role,
    find_request,
    member_of,
    relate,
)
from bot.usecases.people.step_up import lacks_step_up
from bot.usecases.services import Services
from storage.records import (
    Action,
    Closeness,
    CloserListen,
    Event,
    Request,
    Role,
    SnippetRecord,
)
from storage.records.outbox import NotifyElevatedAsked
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class CloserPage:
    """`snippet` is there when it may be played now; else `refusal` says what it waits
    for.
    """

    request: Request
    asked: CloserListen | None
    may_ask_for: tuple[Closeness, ...]
    snippet: SnippetRecord | None
    refusal: Refusal | None


def page(services: Services, act: Act, key: str) -> CloserPage:
    """What a holder sees of a request they want to hear closer. Raises `NotFound`,
    `Refused`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        relation = relate(services, tx, act.actor, request)
        unwelcome = rules.may_ask_closer(relation, request)
        tx.log.record(
            act.event(
                Action.REQUEST_VIEWED,
                refusal=unwelcome,
                request=request,
                role=acting_role(relation),
            )
        )
        asked = tx.elevated_listens.newest_of(request.id, act.actor)
        if permission.may_view(relation, request) is not None:
            link_tried(tx, act, request)
        refusal = unwelcome or access_refusal(services, act, relation, request)
        refusal = refusal or may_listen_now(rest_now(services, tx, act))
        if refusal is None and asked is not None:
            refusal = rules.may_play_closer(relation, request, asked, act.now)
        may_play = asked is not None and refusal is None
        found = CloserPage(
            request=request,
            asked=asked,
            may_ask_for=tuple(
                x
                for x in Closeness
                if rules.may_ask_closer(relation, request, x) is None
            ),
            snippet=relation.snippet if may_play else None,
            refusal=refusal,
        )
    raise_refusal(unwelcome)
    return found


def ask(
    services: Services, act: Act, key: str, *, closeness: Closeness, reason: str
) -> CloserListen:
    """Ask to hear a span closer. Raises `NotFound`, `Invalid`, `Refused`."""
    why = checked_reason(reason)
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = rules.may_ask_closer(relation, request, closeness) or lacks_step_up(
            act
        )
        event = _event(act, Action.CLOSER_ASKED, request, relation, refusal, closeness)
        asked_as = tx.log.record_with(event, beside(reason=why))
        asked = CloserListen(
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
            _tell_deciders(services, tx, act, request)
    raise_refusal(refusal)
    return asked


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What somebody asks for, and why."""

    asked: CloserListen
    request: Request
    reason: str


def waiting(services: Services, act: Act) -> list[Waiting]:
    """What waits for this person's decision: never their own asking, nor on their own
    question.
    """
    with services.store.read() as tx:
        member = member_of(services, tx, act.actor)
        desks = {
            desk.id
            for role in (Role.LEAD, Role.LESS_MASKED)
            for desk in services.desks.where(role, member)
        }
        return [
            Waiting(asked=asked, request=request, reason=_reason(tx, asked))
            for asked in tx.elevated_listens.waiting(desks, act.now - rules.LASTS)
            if (request := tx.requests.by_id(asked.request_id))
            and act.actor not in (asked.listener, request.asker)
        ]


def _reason(tx: Transaction, asked: CloserListen) -> str:
    return str(json.loads(tx.log.detail(asked.asked_as) or "{}").get("reason", ""))


def decide(
    services: Services, act: Act, key: str, *, reason: str, approve: bool
) -> None:
    """Agree that somebody hears a span closer, or do not.

    Raises `NotFound`, `Invalid`, `Refused`, `Conflict` when it was decided meanwhile.
    """
    why = checked_reason(reason)
    with services.store.begin() as tx:
        asked, request = find_elevated(tx, key)
        relation = relate(services, tx, act.actor, request)
        refusal = rules.may_decide(relation, request, asked, act.now) or lacks_step_up(
            act
        )
        action = Action.CLOSER_APPROVED if approve else Action.CLOSER_REFUSED
        event = _event(act, action, request, relation, refusal, asked.closeness)
        tx.log.record_with(event, beside(reason=why))
        if refusal is None:
            tx.elevated_listens.decide(key, act.actor, act.now, approved=approve)
    if refusal is not None and refusal.rule == "decided":
        raise Conflict(refusal.sentence)
    raise_refusal(refusal)


def _event(
    act: Act,
    action: Action,
    request: Request,
    relation: Relation,
    refusal: Refusal | None,
    closeness: Closeness,
) -> Event:
    return act.event(
        action,
        refusal=refusal,
        request=request,
        role=acting_role(relation),
        numbers={"unmasked": int(closeness is Closeness.UNMASKED)},
    )


def _tell_deciders(
    services: Services, tx: Transaction, act: Act, request: Request
) -> None:
    desk = services.desks[request.desk]
    who = [
        desk.holders[role]
        for role in (Role.LEAD, Role.LESS_MASKED)
        if role in desk.holders
    ]
    users = frozenset[str]().union(
        *(h.users | tx.groups.members(h.groups) for h in who)
    )
    for user_id in sorted(users - {act.actor.user_id, request.asker.user_id}):
        notice = NotifyElevatedAsked(request_id=request.id, user_id=user_id)
        tx.outbox.enqueue(notice, now=act.now)
