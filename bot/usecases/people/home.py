"""App Home: one person's requests, the requests they can answer, and those to rule."""

from dataclasses import dataclass

from bot.rules.desks import Desk
from bot.rules.distress.care import Rest
from bot.usecases.channels.incidents import incidents_for
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act
from bot.usecases.distress.care import rest_now
from bot.usecases.lookup import member_of
from bot.usecases.people.learning import is_learning
from bot.usecases.requests import lists
from bot.usecases.services import Services
from storage.records import Action, Incident, Person, Role
from storage.records.outbox import PublishHome
from storage.requests.request_lists import NO_REQUESTS, RequestPage

_ROWS = 10


@dataclass(
    frozen=True,
    kw_only=True,
)
class Home:
    """The first page of each of one person's lists, at most ten rows, with its total.

    `roles` are all that the person holds on any desk or over all. `incidents` are those
    of the desks that the person leads. `paused` are the ids of the desks that wait for
    their channel; `paused_mine` are the names of those that the person works on. During
    a `rest` no request is offered; the person's own requests go on. A reviewer who
    `is_new` has neither practised nor answered.
    """

    person: Person
    asked: RequestPage
    can_answer: RequestPage
    needs_ruling: RequestPage
    roles: frozenset[Role]
    incidents: tuple[Incident, ...] = ()
    paused: frozenset[str] = frozenset()
    paused_mine: tuple[str, ...] = ()
    rest: Rest | None = None
    is_learning: bool = False
    is_new: bool = False


def read_home(services: Services, act: Act) -> Home:
    """Return one person's lists. Reading the leads' list of people is on record."""
    home = _read_lists(services, act)
    if home.incidents:
        with services.store.begin() as tx:
            tx.log.record(act.event(Action.QUEUE_VIEWED, role=Role.LEAD))
    return home


def publish_later(services: Services, act: Act) -> None:
    """Enqueue the person's Home; one that waits already is enough."""
    home = PublishHome(user_id=act.actor.user_id)
    with services.store.begin() as tx:
        tx.outbox.enqueue(home, now=act.now)


def _read_lists(services: Services, act: Act) -> Home:
    first_page = lists.ListFilter(rows=_ROWS)
    with services.store.read() as tx:
        member = member_of(services, tx, act.actor)
        reviewing = services.desks.where(Role.REVIEWER, member)
        leading = services.desks.where(Role.LEAD, member)
        mine = {desk.id: desk for desk in [*reviewing, *leading]}
        paused = frozenset(unfit_desks(services, tx))
        rest = rest_now(services, tx, act)
        can_answer = NO_REQUESTS
        needs_ruling = NO_REQUESTS
        if rest is None:
            can_answer = lists.to_answer(tx, act, mine.keys() - paused, first_page)
            led = {desk.id for desk in leading} - paused
            needs_ruling = lists.to_rule(tx, act, led, first_page)
        incidents: tuple[Incident, ...] = ()
        if leading:
            incidents = incidents_for(services, tx, act)
        roles = services.desks.company_roles(member) | _desk_roles(reviewing, leading)
        learning = not roles and is_learning(services, tx, act.actor)
        return Home(
            person=act.actor,
            asked=lists.asked(tx, act, first_page),
            can_answer=can_answer,
            needs_ruling=needs_ruling,
            roles=roles,
            incidents=incidents,
            paused=paused,
            paused_mine=tuple(desk.name for desk in mine.values() if desk.id in paused),
            rest=rest,
            is_learning=learning,
            is_new=bool(reviewing) and tx.practice.is_new(act.actor),
        )


def _desk_roles(reviewing: list[Desk], leading: list[Desk]) -> frozenset[Role]:
    roles = set()
    if reviewing:
        roles.add(Role.REVIEWER)
    if leading:
        roles.add(Role.LEAD)
    return frozenset(roles)
