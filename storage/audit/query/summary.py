"""Counts for charts, from the sequencer's daily counts; no event is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Table, func, select
from sqlalchemy.sql.elements import ColumnElement

from storage.audit.log.append import Log
from storage.audit.log.rollup import COUNTS
from storage.audit.query.search import Question
from storage.records import Action, Outcome, Person
from storage.tables import action_days, person_days

_EPOCH = date(1970, 1, 1)
MAX_PEOPLE = 20


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """The counts of one day in UTC."""

    day: date
    allowed: int
    # Denied or failed.
    refused: int


@dataclass(frozen=True, kw_only=True)
class PersonCount:
    """The counts of one person over the whole period."""

    person: Person
    events: int
    refused: int
    played_ms: int


@dataclass(frozen=True, kw_only=True)
class Summary:
    """`people` are the most active first, at most 20 of `n_people`."""

    days: tuple[DayCount, ...]
    people: tuple[PersonCount, ...]
    n_people: int
    events: int
    played_ms: int


def can_summarise(question: Question) -> bool:
    """Return whether the counts cover every filter of a question.

    People, desks, actions and outcomes are counted.
    """
    return not (question.clip_id or question.request or question.unusual)


def summarise(
    log: Log,
    question: Question,
    first: date,
    last: date,
) -> Summary:
    """Return counts of whole days from `first` to `last`, days without events included.

    Events that are not sequenced yet are not counted. The question's own times are not
    used. Raises `ValueError` for a question that the counts do not cover.
    """
    if not can_summarise(question):
        raise ValueError("counts are kept by person, desk, action and outcome only")
    start, end = (first - _EPOCH).days, (last - _EPOCH).days
    days = _days(log, question, start, end)
    ranked = _people(log, question, start, end)
    return Summary(
        days=tuple(days),
        people=tuple(ranked[:MAX_PEOPLE]),
        n_people=len(ranked),
        events=sum(day.allowed + day.refused for day in days),
        played_ms=sum(one.played_ms for one in ranked),
    )


def _table(question: Question) -> Table:
    if question.actions or question.outcome:
        return action_days
    return person_days


def _days(
    log: Log,
    question: Question,
    start: int,
    end: int,
) -> list[DayCount]:
    table = _table(question)
    query = (
        select(table.c.day, func.sum(table.c.events), func.sum(table.c.refused))
        .where(*_conditions(table, question, start, end))
        .group_by(table.c.day)
    )
    found = {
        day: (int(n), int(refused)) for day, n, refused in log.connection.execute(query)
    }
    counts = []
    for day in range(start, end + 1):
        n, refused = found.get(day, (0, 0))
        when = _EPOCH + timedelta(days=day)
        counts.append(
            DayCount(
                day=when,
                allowed=n - refused,
                refused=refused,
            )
        )
    return counts


def _people(
    log: Log,
    question: Question,
    start: int,
    end: int,
) -> list[PersonCount]:
    table = _table(question)
    who = (table.c.team_id, table.c.user_id)
    sums = (func.sum(table.c[name]) for name in COUNTS)
    query = (
        select(*who, *sums)
        .where(*_conditions(table, question, start, end), table.c.user_id != "")
        .group_by(*who)
    )
    found = [
        PersonCount(
            person=Person(team_id=team, user_id=user),
            events=int(n),
            refused=int(refused),
            played_ms=int(played),
        )
        for team, user, n, refused, played in log.connection.execute(query)
    ]
    return sorted(found, key=lambda one: (-one.events, one.person.user_id))


def _conditions(
    table: Table,
    question: Question,
    start: int,
    end: int,
) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.day.between(start, end)]
    if question.person is not None:
        conditions.append(table.c.user_id == question.person.user_id)
        if question.person.team_id:
            conditions.append(table.c.team_id == question.person.team_id)
    if question.desk is not None:
        conditions.append(table.c.desk == question.desk)
    if table is action_days:
        # Naming every action makes each one range of the primary key.
        conditions.append(table.c.action.in_(question.actions or tuple(Action)))
        outcomes = tuple(Outcome)
        if question.outcome:
            outcomes = (question.outcome,)
        conditions.append(table.c.outcome.in_(outcomes))
    return conditions
