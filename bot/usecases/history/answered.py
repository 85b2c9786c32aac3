"""The requests that a person answered: the own answer, the outcome and the reason."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.rules.desks import Desk
from bot.rules.requests.agreement import agrees
from bot.rules.requests.lifecycle import SETTLED
from bot.usecases.context import Act
from bot.usecases.requests import lists
from bot.usecases.requests.lists import ListFilter
from bot.usecases.services import Services
from storage.records import Proposal, Request


@dataclass(
    frozen=True,
    kw_only=True,
)
class AnsweredItem:
    """A request with the person's own answer, and the one that came too late to count.

    `agrees` is None until the request is settled; `reason` is that of the ruling that
    counts, empty without one. A person who works on its desk no more sees neither, nor
    the outcome (`shows_outcome`).
    """

    request: Request
    proposal: Proposal | None
    late: Proposal | None
    agrees: bool | None
    reason: str
    shows_outcome: bool


@dataclass(
    frozen=True,
    kw_only=True,
)
class AnsweredList:
    """One page of what a person answered, newest first. `total` counts them all."""

    items: tuple[AnsweredItem, ...]
    total: int
    next_after: int | None
    desks: tuple[Desk, ...]


def list_answered(
    services: Services,
    act: Act,
    chosen: ListFilter,
) -> AnsweredList:
    """Return the requests with a standing answer of this person, newest first."""
    within = [chosen.desk] if chosen.desk else []
    question = chosen.question(within, act.now)
    with services.store.read() as tx:
        desks = lists.desks_of(services, tx, act.actor)
        page = tx.request_lists.answered_by(act.actor, question)
        ids = [request.id for request in page.requests]
        proposals = tx.proposals.of_person(act.actor, ids)
        late = tx.late_answers.of_person(act.actor, ids)
        reasons = tx.adjudications.newest_reasons(ids)
    mine = {desk.id for desk in desks}
    items = []
    for request in page.requests:
        item = _item(
            request,
            proposals.get(request.id),
            late.get(request.id),
            reasons.get(request.id, ""),
            mine,
        )
        items.append(item)
    return AnsweredList(
        items=tuple(items),
        total=page.total,
        next_after=page.next_after,
        desks=desks,
    )


def _item(
    request: Request,
    proposal: Proposal | None,
    late: Proposal | None,
    reason: str,
    mine: Collection[str],
) -> AnsweredItem:
    shows_outcome = request.desk in mine or request.helping_desk in mine
    is_settled = shows_outcome and request.state in SETTLED
    is_same = None
    if is_settled and proposal and request.settled_answer:
        is_same = agrees(
            proposal,
            request.settled_answer,
            request.settled_text,
            request.locale,
        )
    return AnsweredItem(
        request=request,
        proposal=proposal,
        late=late,
        agrees=is_same,
        reason=reason if is_settled else "",
        shows_outcome=shows_outcome,
    )
