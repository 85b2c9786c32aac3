"""Search the access log by any filters, a page at a time, newest first by default.

Pages are found by keyset, never by offset, in the order (time, id). Each combination of
filters that may leave many events has an index in that order
(storage/tables/access_log.py), so that no event is skipped to find the next: an empty
answer is as fast as a full one. Where a question leaves the outcome open, the three
outcomes are searched separately and merged. The cost of a page is a small multiple of
its length, at any depth of a log of any length.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.audit.log.append import UNUSUAL_ACTIONS, Log, parse
from storage.audit.query.cursors import KeysetPlace, read_cursor, write_cursor
from storage.errors import StorageError
from storage.records import Action, Outcome, Person, RecordedEvent
from storage.tables import UtcTime, events

MAX_LIMIT = 500
_ALLOWED = (None, Outcome.ALLOWED)


@dataclass(frozen=True, kw_only=True)
class Question:
    """Filters of an audit query. Fields left at None do not filter.

    Times are half-open, `since <= at < until`. `cursor` continues from a page's
    `next_cursor` or `previous_cursor`. `limit` is between 1 and 500. An empty team of
    `person` matches any team. `request` is a name such as HC-1042. `unusual` matches
    plays that were elevated or much longer than answers need.
    """

    person: Person | None = None
    clip_id: str | None = None
    request: str | None = None
    desk: str | None = None
    actions: tuple[Action, ...] = ()
    outcome: Outcome | None = None
    unusual: bool = False
    since: datetime | None = None
    until: datetime | None = None
    newest_first: bool = True
    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Events in the order of the question. A cursor is None at that end of the log."""

    events: tuple[RecordedEvent, ...]
    next_cursor: str | None
    previous_cursor: str | None


_Terms = dict[str, Any]
# Few events are left to filter one by one.
_FEW = ("clip_id", "request")
# Each combination of these columns has an index of its own.
_FULL = {"user_id", "desk", "action", "outcome"}


def answer(log: Log, question: Question) -> Page:
    """Return one page. Raises `StorageError` for an unusable limit or cursor."""
    if not 1 <= question.limit <= MAX_LIMIT:
        raise StorageError(f"A page holds between 1 and {MAX_LIMIT} events.")
    place = read_cursor(question.cursor)
    back = False
    if place is not None:
        back = place.back
    walk = replace(question, newest_first=question.newest_first != back)
    found = _keys(log.connection, walk, place)
    more = len(found) > question.limit
    keys = found[: question.limit]
    has_next = more
    has_previous = place is not None
    if back:
        keys.reverse()
        has_next = True
        has_previous = more
    next_cursor = None
    if keys and has_next:
        next_cursor = write_cursor(keys, forward=True)
    previous_cursor = None
    if keys and has_previous:
        previous_cursor = write_cursor(keys, forward=False)
    return Page(
        events=tuple(_load(log.connection, keys)),
        next_cursor=next_cursor,
        previous_cursor=previous_cursor,
    )


def first_cursor(page: Page, now: datetime) -> str:
    """Return the cursor for events that follow a newest-first page, even an empty one."""
    if page.events:
        newest = page.events[0]
        return write_cursor([(newest.event.at, newest.id)], forward=False)
    return write_cursor([(now, 0)], forward=False)


def every(log: Log, question: Question) -> Iterator[RecordedEvent]:
    """Yield all events of a question, with one page in memory at a time."""
    asked = replace(question, limit=MAX_LIMIT)
    while True:
        page = answer(log, asked)
        yield from page.events
        if page.next_cursor is None:
            return
        asked = replace(asked, cursor=page.next_cursor)


def _keys(
    connection: Connection,
    question: Question,
    place: KeysetPlace | None,
) -> list[tuple[datetime, int]]:
    plus = connection.dialect.name == "sqlite"
    arms = [_arm(question, place, terms, plus=plus) for terms in _arms(question)]
    if not arms:
        return []
    statement = arms[0]
    if len(arms) > 1:
        statement = _merged(arms, question)
    rows = connection.execute(statement)
    return [(row.at, row.id) for row in rows]


def _merged(
    arms: Sequence[Select[tuple[datetime, int]]],
    question: Question,
) -> Select[tuple[datetime, int]]:
    union = union_all(*(select(arm.subquery()) for arm in arms))
    merged = union.subquery()
    order = _order(merged.c.at, merged.c.id, question)
    statement = select(merged.c.at, merged.c.id).order_by(*order)
    return statement.limit(question.limit + 1)


def _arms(question: Question) -> list[_Terms]:
    """Return the statements whose events together answer the question.

    Unusual plays have statements of their own. A question about few events, or without
    a person, a desk and actions, is one statement; any other is one for each
    combination of action and outcome.
    """
    terms = _all_terms(question)
    if question.unusual:
        return _unusual(question, terms)
    is_narrowed = any((question.person, question.desk, question.actions))
    if not is_narrowed:
        return [terms]
    if not terms.keys().isdisjoint(_FEW):
        return [terms]
    outcomes = list(Outcome)
    if question.outcome:
        outcomes = [question.outcome]
    actions: list[_Terms] = [{"action": action} for action in question.actions]
    if not actions:
        actions = [{}]
    return [
        {
            **terms,
            **action,
            "outcome": outcome,
        }
        for action, outcome in product(actions, outcomes)
    ]


def _all_terms(question: Question) -> _Terms:
    """Return the columns that the question limits, with their values."""
    terms: _Terms = {
        "clip_id": question.clip_id,
        "request": question.request,
        "desk": question.desk,
        "outcome": question.outcome,
    }
    if question.person is not None:
        terms["user_id"] = question.person.user_id
        if question.person.team_id:
            terms["team_id"] = question.person.team_id
    if question.actions:
        terms["action"] = question.actions
    return {name: value for name, value in terms.items() if value is not None}


def _unusual(question: Question, terms: _Terms) -> list[_Terms]:
    """Return the question limited to the actions and outcome of unusual plays."""
    if question.outcome not in _ALLOWED:
        return []
    terms = {
        "unusual": True,
        **terms,
    }
    terms.pop("outcome", None)
    if not question.actions:
        return [terms]
    actions = [one for one in question.actions if one in UNUSUAL_ACTIONS]
    return [
        {
            **terms,
            "action": one,
        }
        for one in actions
    ]


def _indexed(terms: _Terms) -> set[str]:
    """Return the columns of the index that holds the events in order.

    The remaining filters are applied to each event read.
    """
    few = next((name for name in _FEW if name in terms), None)
    if few:
        return {few}
    if "unusual" in terms:
        second = next((name for name in ("user_id", "desk") if name in terms), "action")
        return {"unusual", second}
    return _FULL


def _arm(
    question: Question,
    place: KeysetPlace | None,
    terms: _Terms,
    *,
    plus: bool,
) -> Select[tuple[datetime, int]]:
    indexed = _indexed(terms)
    conditions = [
        _term(name, value, plus=plus and name not in indexed)
        for name, value in terms.items()
    ]
    return (
        select(events.c.at, events.c.id)
        .where(*conditions, *_bounds(question, place))
        .order_by(*_order(events.c.at, events.c.id, question))
        .limit(question.limit + 1)
    )


def _term(
    name: str,
    value: Any,
    *,
    plus: bool,
) -> ColumnElement[bool]:
    column: ColumnElement[Any] = events.c[name]
    if plus:
        # sqlite.org/optoverview.html section 8: without statistics, SQLite may prefer
        # this column's index to a more selective one. A unary plus prevents that.
        column = literal_column(f"+events.{name}", events.c[name].type)
    if name == "unusual":
        return column
    if isinstance(value, tuple):
        return column.in_(value)
    is_equal: ColumnElement[bool] = column == value
    return is_equal


def _bounds(
    question: Question, place: KeysetPlace | None
) -> Iterator[ColumnElement[bool]]:
    """Return at most one bound for each side of the period.

    Of two bounds on one side SQLite seeks by one and filters by the other: from a place
    outside the period it would read everything between.
    """
    since, until = question.since, question.until
    if place:
        here = tuple_(events.c.at, events.c.id)
        there = tuple_(literal(place.at, UtcTime), literal(place.id))
        if question.newest_first:
            if until is None or place.at < until:
                until = None
                yield here < there
        elif since is None or place.at >= since:
            since = None
            yield here > there
    if since:
        yield events.c.at >= since
    if until:
        yield events.c.at < until


def _order(
    at: ColumnElement[Any],
    number: ColumnElement[Any],
    question: Question,
) -> list[Any]:
    if question.newest_first:
        return [at.desc(), number.desc()]
    return [at, number]


def _load(
    connection: Connection, keys: list[tuple[datetime, int]]
) -> Iterator[RecordedEvent]:
    wanted = [number for _, number in keys]
    rows = connection.execute(
        select(events.c.id, events.c.canonical).where(events.c.id.in_(wanted))
    )
    entries = {row.id: row.canonical for row in rows}
    for number in wanted:
        entry = bytes(entries[number])
        yield RecordedEvent(
            id=number,
            event=parse(entry),
            canonical=entry,
        )
