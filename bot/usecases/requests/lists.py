"""The lists that people work through: to answer, to rule, and what they asked."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.rules.desks import Desk
from bot.rules.distress import care
from bot.rules.distress.care import Rest
from bot.rules.people import permission
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.care import rest_now
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Action, Person, Request, RequestState, Role
from storage.requests.request_lists import NO_REQUESTS, ListQuestion, RequestPage
from storage.store import Transaction

ROWS_PER_PAGE = 50


@dataclass(
    frozen=True,
    kw_only=True,
)
class ListFilter:
    """The part of a list that its reader chose; the defaults are the first page of all.

    `desk` is the id of one desk, `hours` the age that a request has at least, `states`
    the states of the list of asked requests, `after` the id of the last request of the
    page before. The requests with the ids in `without` are left out; with `only`, all
    but the request with this id.
    """

    desk: str = ""
    hours: int = 0
    states: frozenset[RequestState] = frozenset()
    after: int | None = None
    rows: int = ROWS_PER_PAGE
    without: frozenset[int] = frozenset()
    only: int | None = None

    def question(
        self,
        desks: Iterable[str],
        now: datetime,
    ) -> ListQuestion:
        """Return what to read of a list that holds requests of these desks."""
        within = frozenset(desks)
        if self.desk:
            within &= {self.desk}
        asked_before = None
        if self.hours:
            asked_before = now - timedelta(hours=self.hours)
        return ListQuestion(
            desks=within,
            rows=self.rows,
            after=self.after,
            states=self.states,
            asked_before=asked_before,
            without=self.without,
            only=self.only,
        )


@dataclass(
    frozen=True,
    kw_only=True,
)
class QueueItem:
    """A disputed request in a lead's queue.

    `mine`: this lead asked or answered it, or ruled before an appeal, so another lead
    has to rule.
    """

    request: Request
    desk_name: str
    proposals: int
    mine: bool


@dataclass(
    frozen=True,
    kw_only=True,
)
class Queue:
    """One page of a lead's queue. `desks` are the desks that the queue can hold."""

    items: tuple[QueueItem, ...]
    total: int
    next_after: int | None
    desks: tuple[Desk, ...]


@dataclass(
    frozen=True,
    kw_only=True,
)
class WorkList:
    """One page of requests, and the desks that the list can hold.

    No request is offered during a `rest`.
    """

    page: RequestPage
    desks: tuple[Desk, ...] = field(default=())
    rest: Rest | None = None


def list_queue(
    services: Services,
    act: Act,
    chosen: ListFilter = ListFilter(),
    *,
    with_own: bool = True,
) -> Queue:
    """Return disputed requests of this lead's desks, oldest first.

    Raises `Refused`.
    """
    with services.store.begin() as tx:
        desks = services.desks.where(Role.LEAD, member_of(services, tx, act.actor))
        roles = {Role.LEAD} if desks else set()
        refusal = permission.may_see_queue(roles)
        tx.log.record(act.event(Action.QUEUE_VIEWED, refusal=refusal))
        question = chosen.question((desk.id for desk in desks), act.now)
        page = tx.request_lists.to_rule(act.actor, question, with_own=with_own)
        items = _queue_items(services, tx, act.actor, page)
    raise_refusal(refusal)
    return Queue(
        items=items,
        total=page.total,
        next_after=page.next_after,
        desks=tuple(desks),
    )


def list_to_answer(
    services: Services,
    act: Act,
    chosen: ListFilter,
) -> WorkList:
    """Return open requests that are offered to this person, oldest first."""
    with services.store.read() as tx:
        desks = desks_of(services, tx, act.actor)
        rest = rest_now(services, tx, act)
        page = NO_REQUESTS
        if rest is None:
            playing = {desk.id for desk in desks} - set(unfit_desks(services, tx))
            page = to_answer(tx, act, playing, chosen)
    return WorkList(
        page=page,
        desks=desks,
        rest=rest,
    )


def to_answer(
    tx: Transaction,
    act: Act,
    desks: Iterable[str],
    chosen: ListFilter,
) -> RequestPage:
    """Return a page of the open requests that the person's choices do not exclude."""
    offer = care.offer_to(tx.care.choices(act.actor).not_offered, desks)
    return tx.request_lists.to_answer(
        act.actor,
        chosen.question(offer.desks, act.now),
        without_difficulties=offer.without_difficulties,
        without_stopped=offer.without_stopped,
    )


def first_due(
    tx: Transaction,
    act: Act,
    desks: Iterable[str],
    chosen: ListFilter,
) -> list[Request]:
    """Return the requests of `to_answer` that expire first, those first."""
    offer = care.offer_to(tx.care.choices(act.actor).not_offered, desks)
    return tx.request_lists.first_due(
        act.actor,
        chosen.question(offer.desks, act.now),
        without_difficulties=offer.without_difficulties,
        without_stopped=offer.without_stopped,
    )


def to_rule(
    tx: Transaction,
    act: Act,
    desks: Iterable[str],
    chosen: ListFilter,
) -> RequestPage:
    """Return a page of the disputed requests on which this lead may rule."""
    return tx.request_lists.to_rule(act.actor, chosen.question(desks, act.now))


def asked(
    tx: Transaction,
    act: Act,
    chosen: ListFilter,
) -> RequestPage:
    """Return a page of the requests that this person asked or joined."""
    desks = [chosen.desk] if chosen.desk else []
    return tx.request_lists.asked_by(act.actor, chosen.question(desks, act.now))


def _queue_items(
    services: Services,
    tx: Transaction,
    lead: Person,
    page: RequestPage,
) -> tuple[QueueItem, ...]:
    ids = [request.id for request in page.requests]
    answers = tx.request_lists.answers_per_request(ids)
    own = tx.request_lists.not_ruled_by(lead, ids)
    return tuple(
        QueueItem(
            request=request,
            desk_name=services.desks[request.desk].name,
            proposals=answers.get(request.id, 0),
            mine=request.id in own,
        )
        for request in page.requests
    )


def desks_of(
    services: Services,
    tx: Transaction,
    person: Person,
) -> tuple[Desk, ...]:
    """Return the desks on which the person reviews or leads."""
    member = member_of(services, tx, person)
    reviewing = services.desks.where(Role.REVIEWER, member)
    leading = services.desks.where(Role.LEAD, member)
    return tuple({desk.id: desk for desk in [*reviewing, *leading]}.values())
