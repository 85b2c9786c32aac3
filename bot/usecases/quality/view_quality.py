"""The quality of the work: everyone's own figures, and totals for the leads of a desk.

No figure is about a single colleague, and nothing about listening habits, breaks or
care is a part of any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from bot.redaction.words import is_personal
from bot.rules.desks import Desk
from bot.rules.people import permission
from bot.rules.quality.figures import Figures, GroupBy, tally
from bot.rules.quality.own import OwnFigures, own_figures
from bot.rules.quality.readings import Readings, compare_readings
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.services import Services
from storage.quality.worked_requests import AskedWithin
from storage.records import Action, Role
from storage.store import Transaction

# The periods that a reader can choose, in weeks.
PERIODS = (4, 13, 26, 52)
# The words of answers repeat: most look-ups of this many are kept ones.
_WORDS_KEPT = 50_000


@dataclass(
    frozen=True,
    kw_only=True,
)
class QualityQuestion:
    """Which requests are counted: one desk or all of the reader's, and the newest weeks."""

    desk: str = ""
    weeks: int = PERIODS[1]
    by: GroupBy = GroupBy.WEEK

    def since(self, now: datetime) -> datetime:
        """Return the start of the period."""
        return now - timedelta(weeks=self.weeks)


@dataclass(
    frozen=True,
    kw_only=True,
)
class Totals:
    """What a lead sees of the desks: figures by group, and the agreement of answers."""

    groups: Mapping[str, Figures]
    readings: Readings


@dataclass(
    frozen=True,
    kw_only=True,
)
class QualityView:
    """A person's own figures, and the totals of the desks that the person leads.

    `totals` is None for a person who leads none.
    """

    own: tuple[OwnFigures, ...]
    desks: tuple[Desk, ...]
    totals: Totals | None


def view_quality(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> QualityView:
    """Return a person's own figures, and a lead's totals. Reading totals is on record."""
    with services.store.begin() as tx:
        desks = led_by(services, tx, act)
        if desks:
            event = act.event(
                Action.QUALITY_VIEWED,
                role=Role.LEAD,
                desk=question.desk or None,
            )
            tx.log.record(event)
    totals = None
    if desks:
        asked = _asked(act, question, {desk.id for desk in desks})
        totals = _read_totals(services, asked, question.by)
    return QualityView(
        own=view_own(services, act, question),
        desks=desks,
        totals=totals,
    )


def view_own(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> tuple[OwnFigures, ...]:
    """Return a person's own figures."""
    with services.store.read() as tx:
        answered = tx.worked_requests.answered_by(
            act.actor,
            question.since(act.now),
        )
    return tuple(own_figures(answered))


def export_figures(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> Mapping[str, Figures]:
    """Return a lead's figures by group. Raises `Refused`; a denial is on record."""
    asked = _asked(act, question, _check_lead(services, act, question))
    return _read_figures(services, asked, question.by)


def export_readings(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> Readings:
    """Return the agreement on a lead's desks. Raises `Refused`; a denial is on record."""
    asked = _asked(act, question, _check_lead(services, act, question))
    return _read_readings(services, asked)


def operator_totals(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> Totals:
    """Return the totals of all desks for the operator at a shell, on record."""
    with services.store.begin() as tx:
        event = act.event(Action.QUALITY_VIEWED, desk=question.desk or None)
        tx.log.record(event)
    asked = _asked(act, question, set(services.desks.desks))
    return _read_totals(services, asked, question.by)


def led_by(
    services: Services,
    tx: Transaction,
    act: Act,
) -> tuple[Desk, ...]:
    """Return the desks that this person leads."""
    member = member_of(services, tx, act.actor)
    return tuple(services.desks.where(Role.LEAD, member))


def _check_lead(
    services: Services,
    act: Act,
    question: QualityQuestion,
) -> set[str]:
    """Record the reading of totals, and return the desks that the person leads.

    Raises `Refused`.
    """
    with services.store.begin() as tx:
        desks = led_by(services, tx, act)
        refusal = permission.may_see_queue({Role.LEAD for _ in desks})
        event = act.event(
            Action.QUALITY_VIEWED,
            refusal=refusal,
            desk=question.desk or None,
        )
        tx.log.record(event)
    raise_refusal(refusal)
    return {desk.id for desk in desks}


def _asked(
    act: Act,
    question: QualityQuestion,
    desks: set[str],
) -> AskedWithin:
    """Return which requests of these desks the question is about."""
    if question.desk:
        desks = desks & {question.desk}
    return AskedWithin(
        desks=frozenset(desks),
        since=question.since(act.now),
        until=act.now,
    )


def _read_totals(
    services: Services,
    asked: AskedWithin,
    by: GroupBy,
) -> Totals:
    return Totals(
        groups=_read_figures(services, asked, by),
        readings=_read_readings(services, asked),
    )


def _read_figures(
    services: Services,
    asked: AskedWithin,
    by: GroupBy,
) -> Mapping[str, Figures]:
    with services.store.read() as tx:
        return tally(tx.worked_requests.newest_first(asked), by)


def _read_readings(services: Services, asked: AskedWithin) -> Readings:
    with services.store.read() as tx:
        return compare_readings(
            tx.worked_requests.newest_first(asked),
            lru_cache(_WORDS_KEPT)(is_personal),
        )
