"""One person's own affairs: breaks, what they met, what they chose.

None of it is in the access log: it is no act on a recording, and nobody's but theirs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Invalid
from bot.rules.desks import Desk
from bot.rules.distress import care
from bot.rules.distress.care import Rest
from bot.usecases.context import Act
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Break, Choices, Exposure, Person, Request, Role
from storage.store import Transaction

_SHOWN_DAYS = 90
_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class CarePage:
    """What somebody sees of themselves, and nobody else does."""

    rest: Rest | None
    exposures: tuple[Exposure, ...]  # of the last 90 days
    breaks: tuple[Break, ...]
    choices: Choices
    desks: tuple[Desk, ...]


@dataclass(frozen=True, kw_only=True)
class Team:
    """How many people of a desk met how many stopped recordings in a week; None: fewer
    than 5.
    """

    desk: Desk
    met: tuple[int, int, int] | None


def care_page(services: Services, act: Act) -> CarePage:
    """One's own page."""
    me = act.actor
    with services.store.read() as tx:
        return CarePage(
            rest=rest_now(services, tx, act),
            exposures=tuple(
                tx.care.exposures(me, act.now - timedelta(days=_SHOWN_DAYS))
            ),
            breaks=tuple(tx.care.breaks(me)),
            choices=tx.care.choices(me),
            desks=tuple(_desks_of(services, tx, me)),
        )


def take_break(services: Services, act: Act, minutes: int = care.USUAL_BREAK) -> Rest:
    """Nothing is offered for a while; what one has asked goes on. Raises `Invalid`."""
    if minutes not in care.BREAKS:
        raise Invalid("Choose how long the break is.")
    ends_at = act.now + timedelta(minutes=minutes)
    with services.store.begin() as tx:
        tx.care.end_breaks(act.actor, act.now)
        tx.care.add_break(act.actor, act.now, ends_at)
    return Rest(until=ends_at, chosen=True)


def end_break(services: Services, act: Act) -> None:
    """Back before its time. A desk's cool-down goes on: it is not the person's to
    end.
    """
    with services.store.begin() as tx:
        tx.care.end_breaks(act.actor, act.now)


def choose(
    services: Services,
    act: Act,
    *,
    weekly_line: bool,
    in_circle: bool,
    not_offered: Iterable[str],
) -> Choices:
    """What one wants and does not want. No reason is asked or kept. Raises
    `Invalid`.
    """
    chosen = frozenset(not_offered)
    with services.store.begin() as tx:
        desks = {f"desk:{desk.id}" for desk in _desks_of(services, tx, act.actor)}
        if not chosen <= desks | set(care.CATEGORIES):
            raise Invalid("There is no such category. Reload the page.")
        choices = Choices(
            weekly_line=weekly_line, in_circle=in_circle, not_offered=chosen
        )
        tx.care.save_choices(act.actor, choices)
    return choices


def rest_now(services: Services, tx: Transaction, act: Act) -> Rest | None:
    """Whether whoever acts rests now."""
    met = tx.care.exposures(act.actor, act.now - care.DAY)
    limits = [desk.care for desk in _desks_of(services, tx, act.actor)] if met else []
    return care.rest_of(tx.care.breaks(act.actor, limit=1), met, limits, act.now)


def offered(tx: Transaction, person: Person, requests: list[Request]) -> list[Request]:
    """Those of these requests that somebody has not asked to be left alone with."""
    chosen = tx.care.choices(person).not_offered
    if not chosen:
        return requests
    stopped = tx.quarantines.released_among({request.clip_id for request in requests})
    return [
        request for request in requests if care.is_offered(request, chosen, stopped)
    ]


def teams(services: Services, act: Act) -> list[Team]:
    """For leads: what their desks met in the last week, where at least five people
    did.
    """
    with services.store.read() as tx:
        member = member_of(services, tx, act.actor)
        return [
            Team(
                desk=desk,
                met=care.countable(
                    tx.care.exposure_counts(desk.id, act.now - _WEEK),
                    desk.care.stops_a_day,
                ),
            )
            for desk in services.desks.where(Role.LEAD, member)
        ]


def _desks_of(services: Services, tx: Transaction, person: Person) -> list[Desk]:
    held = services.desks.held_by(member_of(services, tx, person))
    mine = {desk for _, desk in held if desk is not None}
    return [desk for desk in services.desks.desks.values() if desk.id in mine]
