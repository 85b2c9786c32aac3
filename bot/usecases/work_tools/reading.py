"""Requests as a work tool reads them: states and times, never sound or words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound
from bot.rules.refusals import refuse
from bot.rules.work_tools.states import ToolState, agrees_with_guess, tool_state
from bot.usecases.context import Act
from bot.usecases.services import Services
from bot.usecases.work_tools.admit import desks_of
from storage.records import Action, Request, Role, Span, request_id_of
from storage.requests.request_lists import NO_REQUESTS, ListQuestion
from storage.store import Transaction

_NOT_OWN = refuse("not_own_request")


@dataclass(frozen=True, kw_only=True)
class ToolView:
    """One request for a work tool. `address` is its page, for the person.

    `guess_agrees` is whether the person's own guess equals the settled word; None
    where that is not shown.
    """

    name: str
    state: ToolState
    desk: str
    clip_id: str
    span: Span
    asked_at: datetime
    closed_at: datetime | None
    guess_agrees: bool | None
    address: str


@dataclass(frozen=True, kw_only=True)
class ToolPage:
    """One page of a person's requests, newest first. `total` counts all of them.

    `next_after` is the name to go on behind, None on the last page.
    """

    views: tuple[ToolView, ...]
    total: int
    next_after: str | None


def read_request(
    services: Services,
    act: Act,
    name: str,
) -> ToolView:
    """Return one request that the person asked or joined, on a desk of the tool.

    Raises `NotFound`, recorded, for every other one.
    """
    request = None
    request_id = request_id_of(name)
    with services.store.begin() as tx:
        if request_id is not None:
            request = tx.requests.by_id(request_id)
        if request is not None and _is_own(services, tx, act, request):
            event = act.event(
                Action.REQUEST_VIEWED,
                request=request,
                role=Role.REVIEWER,
            )
            tx.log.record(event)
            (view,) = view_requests(services, tx, act, [request])
            return view
        event = act.event(Action.REQUEST_VIEWED, refusal=_NOT_OWN)
        tx.log.record(event)
    raise NotFound(_NOT_OWN.sentence)


def list_requests(
    services: Services,
    act: Act,
    *,
    rows: int,
    after: int | None,
) -> ToolPage:
    """Return what the person asked or joined on the desks of the tool, newest first.

    The page begins behind the request with the id `after`.
    """
    with services.store.read() as tx:
        page = NO_REQUESTS
        desks = desks_of(services, tx, act)
        if desks:
            question = ListQuestion(desks=desks, rows=rows, after=after)
            page = tx.request_lists.asked_by(act.actor, question)
        views = view_requests(services, tx, act, page.requests)
    next_after = None
    if page.next_after is not None:
        next_after = views[-1].name
    return ToolPage(
        views=tuple(views),
        total=page.total,
        next_after=next_after,
    )


def view_requests(
    services: Services,
    tx: Transaction,
    act: Act,
    requests: Sequence[Request],
) -> list[ToolView]:
    """Return requests that the person asked or joined, for a work tool."""
    joined = tx.request_lists.joined_guesses(act.actor, [each.id for each in requests])
    views = []
    for request in requests:
        guess = joined.get(request.id)
        if request.asker == act.actor:
            guess = request.guess
        views.append(_view(services, request, guess))
    return views


def _view(
    services: Services,
    request: Request,
    guess: str | None,
) -> ToolView:
    return ToolView(
        name=request.name,
        state=tool_state(request),
        desk=request.desk,
        clip_id=request.clip_id,
        span=request.span,
        asked_at=request.asked_at,
        closed_at=request.closed_at,
        guess_agrees=agrees_with_guess(request, guess),
        address=f"{services.public_url}/r/{request.key}",
    )


def _is_own(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> bool:
    if request.desk not in desks_of(services, tx, act):
        return False
    if request.asker == act.actor:
        return True
    return act.actor in tx.requests.followers(request.id)
