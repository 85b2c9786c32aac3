"""App Home: what I asked, what I can answer, what needs my ruling."""

from dataclasses import dataclass

from bot.rules.distress.care import Rest
from bot.usecases.channels.incidents import incidents_for
from bot.usecases.channels.pause import desks_on_hold
from bot.usecases.context import Act
from bot.usecases.distress.care import offered, rest_now
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Incident, Request, RequestState, Role

_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Home:
    """One person's lists, each at most ten rows; `roles` are all they hold anywhere."""

    asked: tuple[Request, ...]
    can_answer: tuple[Request, ...]
    needs_ruling: tuple[Request, ...]
    roles: frozenset[Role]
    incidents: tuple[Incident, ...] = ()  # of the desks this person leads
    paused: frozenset[str] = frozenset()  # desks that wait for their channel
    paused_mine: tuple[str, ...] = ()  # the names of those this person works on
    rest: Rest | None = (
        None  # while they rest nothing is offered; what they asked goes on
    )


def home(services: Services, act: Act) -> Home:
    """Read one person's lists."""
    me = act.actor
    with services.store.read() as tx:
        member = member_of(services, tx, me)
        reviewing = services.desks.where(Role.REVIEWER, member)
        leading = services.desks.where(Role.LEAD, member)
        paused = frozenset(desks_on_hold(services, tx))
        mine = {desk.id: desk for desk in [*reviewing, *leading]}
        open_now = tx.requests.in_states([RequestState.OPEN], mine.keys() - paused)
        done = tx.proposals.handled_by(me, [request.id for request in open_now])
        disputed = tx.requests.in_states(
            [RequestState.DISPUTED], {desk.id for desk in leading} - paused
        )
        roles = set(services.desks.company_roles(member))
        roles |= {Role.REVIEWER} if reviewing else set()
        roles |= {Role.LEAD} if leading else set()
        rest = rest_now(services, tx, act)
        waiting = [r for r in open_now if r.asker != me and r.id not in done]
        can_answer = [] if rest else offered(tx, me, waiting)
        return Home(
            asked=tuple(tx.requests.asked_by(me, _ROWS)),
            can_answer=tuple(can_answer[:_ROWS]),
            needs_ruling=tuple(
                r
                for r in disputed
                if rest is None
                and r.asker != me
                and tx.proposals.by_person(r.id, me) is None
            )[:_ROWS],
            roles=frozenset(roles),
            incidents=incidents_for(services, tx, act) if leading else (),
            paused=paused,
            paused_mine=tuple(desk.name for desk in mine.values() if desk.id in paused),
            rest=rest,
        )
