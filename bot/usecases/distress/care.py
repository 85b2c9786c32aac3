"""One person's own affairs: breaks, distressing recordings heard, and choices.

None of it is in the access log: it is no act on a recording, and private.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Invalid
from bot.rules.desks import Desk
from bot.rules.distress import care
from bot.rules.distress.care import Care, Rest
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.records import Break, Choices, Exposure, Person, Role
from storage.store import Transaction

_SHOWN_DAYS = 90
_SHOWN_BREAKS = 20
_WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class CarePage:
    """The contents of a person's own page, shown to no other person."""

    rest: Rest | None
    # These are of the last 90 days.
    exposures: tuple[Exposure, ...]
    breaks: tuple[Break, ...]
    choices: Choices
    desks: tuple[Desk, ...]


@dataclass(frozen=True, kw_only=True)
class Team:
    """The numbers of a desk's people by stopped recordings heard in a week.

    `met` is None for fewer than five people.
    """

    desk: Desk
    met: tuple[int, int, int] | None


def care_page(services: Services, act: Act) -> CarePage:
    """Return one's own page."""
    me = act.actor
    with services.store.read() as tx:
        return CarePage(
            rest=rest_now(services, tx, act),
            exposures=tuple(
                tx.care.exposures(me, act.now - timedelta(days=_SHOWN_DAYS))
            ),
            breaks=tuple(tx.care.breaks(me, _SHOWN_BREAKS)),
            choices=tx.care.choices(me),
            desks=tuple(_desks_of(services, tx, me)),
        )


def take_break(
    services: Services,
    act: Act,
    minutes: int = care.USUAL_BREAK,
) -> Rest:
    """Start a break, in which no request is offered. Raises `Invalid`.

    One's own requests go on.
    """
    if minutes not in care.BREAKS:
        raise Invalid(text("distress.care.break_length_missing"))
    ends_at = act.now + timedelta(minutes=minutes)
    with services.store.begin() as tx:
        tx.care.end_breaks(act.actor, act.now)
        tx.care.add_break(act.actor, act.now, ends_at)
    return Rest(until=ends_at, chosen=True)


def end_break(services: Services, act: Act) -> None:
    """End one's break before its time. A desk's cool-down goes on."""
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
    """Store one's choices. No reason is asked or kept. Raises `Invalid`."""
    chosen = frozenset(not_offered)
    with services.store.begin() as tx:
        desks = {f"desk:{desk.id}" for desk in _desks_of(services, tx, act.actor)}
        if not chosen <= desks | set(care.CATEGORIES):
            raise Invalid(text("distress.care.category_unknown"))
        choices = Choices(
            weekly_line=weekly_line,
            in_circle=in_circle,
            not_offered=chosen,
        )
        tx.care.save_choices(act.actor, choices)
    return choices


def rest_now(
    services: Services,
    tx: Transaction,
    act: Act,
) -> Rest | None:
    """Return the break or cool-down that the actor has now, if any."""
    met = tx.care.exposures(act.actor, act.now - care.DAY)
    limits: list[Care] = []
    if met:
        limits = _limits_of(services, tx, act.actor)
    return care.rest_of(tx.care.breaks(act.actor, limit=1), met, limits, act.now)


def teams(services: Services, act: Act) -> list[Team]:
    """Return, for leads, how many people heard stopped recordings in the last week.

    Only desks with at least five such people have numbers.
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


def _limits_of(
    services: Services,
    tx: Transaction,
    person: Person,
) -> list[Care]:
    """Return the limits of the person's desks; a role without a desk has the usual one."""
    limits = [desk.care for desk in _desks_of(services, tx, person)]
    return limits or [Care()]


def _desks_of(
    services: Services,
    tx: Transaction,
    person: Person,
) -> list[Desk]:
    held = services.desks.held_by(member_of(services, tx, person))
    mine = {desk for _, desk in held if desk is not None}
    return [desk for desk in services.desks.desks.values() if desk.id in mine]
