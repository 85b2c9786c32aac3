"""A lead's agreement to one more question about a recording that was asked about enough.

The question is a request that waits. Nothing of it is rendered before a lead agrees.
"""

from dataclasses import dataclass

from bot.rules.requests import lifecycle
from bot.rules.requests.approval import may_approve_ask
from bot.rules.requests.exposure import covered_ms
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import acting_role, find_request, member_of, people_of, relate
from bot.usecases.requests.notice import notify_askers
from bot.usecases.services import Services
from storage.records import Action, Request, RequestState, Role
from storage.records.outbox import NotifyAskWaiting, RenderSnippet
from storage.requests.request_lists import ListQuestion
from storage.store import Transaction

_DECISIONS = {
    True: Action.REQUEST_APPROVED,
    False: Action.REQUEST_REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class WaitingAsk:
    """A question that waits for a lead, and what was asked before about its recording.

    `asked_before_ms` is the length of all earlier spans together. `mine`: this lead
    asked it, so another lead decides.
    """

    request: Request
    desk_name: str
    asked_before: int
    asked_before_ms: int
    mine: bool


@dataclass(frozen=True, kw_only=True)
class WaitingAsks:
    """The questions that have waited longest. `total` counts all that wait."""

    items: tuple[WaitingAsk, ...]
    total: int


def list_waiting(
    services: Services,
    act: Act,
    rows: int,
) -> WaitingAsks:
    """Return at most `rows` questions that wait on the desks of this lead."""
    with services.store.read() as tx:
        desks = services.desks.where(Role.LEAD, member_of(services, tx, act.actor))
        question = ListQuestion(desks=frozenset(desk.id for desk in desks), rows=rows)
        page = tx.request_lists.to_approve(question)
        about = tx.requests.on_clips({each.clip_id for each in page.requests})
    items = []
    for request in page.requests:
        earlier = [each for each in about[request.clip_id] if each.id < request.id]
        items.append(_waiting_ask(services, act, request, earlier))
    return WaitingAsks(items=tuple(items), total=page.total)


def decide(
    services: Services,
    act: Act,
    key: str,
    *,
    approve: bool,
) -> Request:
    """Let a waiting question go on, or end it.

    Raises `NotFound`, `Refused`, `Conflict` when it was decided meanwhile.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = may_approve_ask(relation, request)
        event = act.event(
            _DECISIONS[approve],
            refusal=refusal,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        if refusal is None:
            request = _decided(tx, act, request, approve=approve)
    raise_refusal(refusal, meanwhile=("decided",))
    return request


def notify_leads(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Notify each lead of the desk, except the asker, that a question waits."""
    leads = people_of(tx, services.desks[request.desk].holders.get(Role.LEAD))
    for user_id in sorted(leads - {request.asker.user_id}):
        notice = NotifyAskWaiting(request_id=request.id, user_id=user_id)
        tx.outbox.enqueue(notice, now=act.now)


def _waiting_ask(
    services: Services,
    act: Act,
    request: Request,
    earlier: list[Request],
) -> WaitingAsk:
    return WaitingAsk(
        request=request,
        desk_name=services.desks[request.desk].name,
        asked_before=len(earlier),
        asked_before_ms=covered_ms(each.span for each in earlier),
        mine=request.asker == act.actor,
    )


def _decided(
    tx: Transaction,
    act: Act,
    request: Request,
    *,
    approve: bool,
) -> Request:
    """Return the request in its next state, stored, with what follows enqueued."""
    if approve:
        request = lifecycle.move(request, RequestState.RENDERING, needs_lead=False)
        tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=act.now)
    else:
        request = lifecycle.move(request, RequestState.REFUSED, closed_at=act.now)
        notify_askers(tx, act, request)
    tx.requests.save(request)
    return request
