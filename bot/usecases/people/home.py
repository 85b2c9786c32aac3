"""App Home: one person's requests, the requests they can answer, and those to rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.rules.desks import Desk
from bot.rules.distress.care import Rest
from bot.usecases.channels.incidents import incidents_for
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act
from bot.usecases.distress.care import offered, rest_now
from bot.usecases.lookup import member_of
from bot.usecases.people.learning import is_learning
from bot.usecases.services import Services
from storage.records import Incident, Person, Request, RequestState, Role
from storage.store import Transaction

_ROWS = 10


@dataclass(
    frozen=True,
    kw_only=True,
)
class Home:
    """One person's lists, each at most ten rows.

    `roles` are all that the person holds on any desk or over all. `incidents` are those
    of the desks that the person leads. `paused` are the ids of the desks that wait for
    their channel; `paused_mine` are the names of those that the person works on. During
    a `rest` no request is offered; the person's own requests go on.
    """

    asked: tuple[Request, ...]
    can_answer: tuple[Request, ...]
    needs_ruling: tuple[Request, ...]
    roles: frozenset[Role]
    incidents: tuple[Incident, ...] = ()
    paused: frozenset[str] = frozenset()
    paused_mine: tuple[str, ...] = ()
    rest: Rest | None = None
    is_learning: bool = False


def read_home(services: Services, act: Act) -> Home:
    """Return one person's lists."""
    me = act.actor
    with services.store.read() as tx:
        member = member_of(services, tx, me)
        reviewing = services.desks.where(Role.REVIEWER, member)
        leading = services.desks.where(Role.LEAD, member)
        mine = {desk.id: desk for desk in [*reviewing, *leading]}
        paused = frozenset(unfit_desks(services, tx))
        rest = rest_now(services, tx, act)
        can_answer: list[Request] = []
        needs_ruling: list[Request] = []
        if rest is None:
            can_answer = _answerable(tx, me, mine.keys() - paused)
            leading_ids = {desk.id for desk in leading}
            needs_ruling = _to_rule(tx, me, leading_ids - paused)
        incidents: tuple[Incident, ...] = ()
        if leading:
            incidents = incidents_for(services, tx, act)
        roles = services.desks.company_roles(member) | _desk_roles(reviewing, leading)
        learning = not roles and is_learning(services, tx, me)
        return Home(
            asked=tuple(tx.requests.asked_by(me, _ROWS)),
            can_answer=tuple(can_answer[:_ROWS]),
            needs_ruling=tuple(needs_ruling[:_ROWS]),
            roles=roles,
            incidents=incidents,
            paused=paused,
            paused_mine=tuple(desk.name for desk in mine.values() if desk.id in paused),
            rest=rest,
            is_learning=learning,
        )


def _answerable(
    tx: Transaction,
    me: Person,
    desks: Iterable[str],
) -> list[Request]:
    """Return the open requests on these desks that are offered to this person."""
    open_now = tx.requests.in_states([RequestState.OPEN], desks)
    done = tx.proposals.handled_by(me, [request.id for request in open_now])
    waiting = [r for r in open_now if r.asker != me and r.id not in done]
    return offered(tx, me, waiting)


def _to_rule(
    tx: Transaction,
    me: Person,
    desks: Iterable[str],
) -> list[Request]:
    """Return the disputed requests that this lead neither asked nor answered."""
    disputed = tx.requests.in_states([RequestState.DISPUTED], desks)
    others = [request for request in disputed if request.asker != me]
    return [each for each in others if tx.proposals.by_person(each.id, me) is None]


def _desk_roles(reviewing: list[Desk], leading: list[Desk]) -> frozenset[Role]:
    roles = set()
    if reviewing:
        roles.add(Role.REVIEWER)
    if leading:
        roles.add(Role.LEAD)
    return frozenset(roles)
