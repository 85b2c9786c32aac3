"""Asking the access log: any combination of filters, a page at a time, newest first by default.

Pages are found by keyset, never by offset, in the order (time, id). Each filter or pair of filters
that alone leaves many events has an index in that order (tables.py). Where a question leaves the
outcome open, the three outcomes are asked for separately and merged, so that no page costs more
than a few times its length, however deep it is and however long the log.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Connection, Select, literal, select, tuple_, union_all
from sqlalchemy.sql.elements import ColumnElement

from storage.audit.log import LogRows, parse
from storage.audit.tables import events
from storage.errors import StorageError
from storage.records import Action, Outcome, Person, RecordedEvent
from storage.tables import UtcTime

MAX_LIMIT = 500
_CURSOR = re.compile(r"([fb])([0-9]{1,17})\.([0-9]{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the log; what is left out is not asked about.

    Times are half-open, `since <= at < until`. `cursor` continues from a page's
    `next_cursor` or `previous_cursor`. `limit` is between 1 and 500.
    """

    person: Person | None = None  # who acted; an empty team means any
    clip_id: str | None = None
    request: str | None = None  # HC-1042
    desk: str | None = None
    actions: tuple[Action, ...] = ()
    outcome: Outcome | None = None
    unusual: bool = False  # only plays that went on for much longer than answering needs
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Events in the order asked for. A cursor is None where there is nothing further that way."""

    events: tuple[RecordedEvent, ...]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True)
class _Place:
    """Where to go on from; `back` walks against the order asked for."""

    back: bool
    at: datetime
    id: int


def answer(tx: LogRows, question: Question) -> Page:
    """One page. Raises `StorageError` for a limit or a cursor that cannot be used."""
    if not 1 <= question.limit <= MAX_LIMIT:
        raise StorageError(f"A page holds between 1 and {MAX_LIMIT} events.")
    place = _read(question.cursor)
    back = place is not None and place.back
    walk = replace(question, newest_first=question.newest_first != back)
    found = _keys(tx.connection, walk, place)
    more = len(found) > question.limit
    keys = found[: question.limit]
    if back:
        keys.reverse()
    return Page(
        events=tuple(_load(tx.connection, keys)),
        next_cursor=_cursor(keys, forward=True) if keys and (more or back) else None,
        previous_cursor=_cursor(keys, forward=False)
        if keys and (more if back else place is not None)
        else None,
    )


def first_cursor(page: Page, now: datetime) -> str:
    """Where to look for what comes after a newest-first page, also when it is empty."""
    if page.events:
        newest = page.events[0]
        return _cursor([(newest.event.at, newest.id)], forward=False)
    return _cursor([(now, 0)], forward=False)


def every(tx: LogRows, question: Question) -> Iterator[RecordedEvent]:
    """All events a question asks about, page by page; never holds more than one page."""
    asked = replace(question, limit=MAX_LIMIT)
    while True:
        page = answer(tx, asked)
        yield from page.events
        if page.next_cursor is None:
            return
        asked = replace(asked, cursor=page.next_cursor)


def _keys(
    connection: Connection, question: Question, place: _Place | None
) -> list[tuple[datetime, int]]:
    arms = [_arm(question, place, fixed) for fixed in _fixed(question)]
    merged = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    statement = (
        select(merged.c.at, merged.c.id)
        .order_by(*_order(merged.c.at, merged.c.id, question))
        .limit(question.limit + 1)
    )
    rows = connection.execute(arms[0] if len(arms) == 1 else statement)
    return [(row.at, row.id) for row in rows]


def _fixed(question: Question) -> list[list[ColumnElement[bool]]]:
    """The equalities of each arm, so that one index holds its events in order."""
    outcomes = [question.outcome] if question.outcome else list(Outcome)
    selective = question.clip_id or question.request or question.unusual
    if selective or not (question.person or question.desk or question.actions):
        return [
            [
                *([events.c.outcome == question.outcome] if question.outcome else []),
                *([events.c.action.in_(question.actions)] if question.actions else []),
            ]
        ]
    if not question.actions:
        return [[events.c.outcome == outcome] for outcome in outcomes]
    return [
        [events.c.action == action, events.c.outcome == outcome]
        for action, outcome in product(question.actions, outcomes)
    ]


def _arm(
    question: Question, place: _Place | None, fixed: list[ColumnElement[bool]]
) -> Select[tuple[datetime, int]]:
    conditions = [*fixed]
    if question.person:
        conditions.append(events.c.user_id == question.person.user_id)
        if question.person.team_id:
            conditions.append(events.c.team_id == question.person.team_id)
    if question.clip_id:
        conditions.append(events.c.clip_id == question.clip_id)
    if question.request:
        conditions.append(events.c.request == question.request)
    if question.desk:
        conditions.append(events.c.desk == question.desk)
    if question.unusual:
        conditions.append(events.c.unusual)
    return (
        select(events.c.at, events.c.id)
        .where(*conditions, *_bounds(question, place))
        .order_by(*_order(events.c.at, events.c.id, question))
        .limit(question.limit + 1)
    )


def _bounds(question: Question, place: _Place | None) -> Iterator[ColumnElement[bool]]:
    if question.since:
        yield events.c.at >= question.since
    if question.until:
        yield events.c.at < question.until
    if place:
        here = tuple_(events.c.at, events.c.id)
        there = tuple_(literal(place.at, UtcTime), literal(place.id))
        yield here < there if question.newest_first else here > there


def _order(at: ColumnElement[Any], number: ColumnElement[Any], question: Question) -> list[Any]:
    return [at.desc(), number.desc()] if question.newest_first else [at, number]


def _load(connection: Connection, keys: list[tuple[datetime, int]]) -> Iterator[RecordedEvent]:
    wanted = [number for _, number in keys]
    rows = connection.execute(
        select(events.c.id, events.c.canonical).where(events.c.id.in_(wanted))
    )
    entries = {row.id: row.canonical for row in rows}
    for number in wanted:
        yield RecordedEvent(id=number, event=parse(entries[number]))


def _cursor(keys: list[tuple[datetime, int]], *, forward: bool) -> str:
    at, number = keys[-1] if forward else keys[0]
    return f"{'f' if forward else 'b'}{(at - _EPOCH) // timedelta(microseconds=1)}.{number}"


def _read(cursor: str | None) -> _Place | None:
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise StorageError("This page marker is not one of ours; ask the question again.")
    way, at, number = match.groups()
    return _Place(way == "b", _EPOCH + timedelta(microseconds=int(at)), int(number))
