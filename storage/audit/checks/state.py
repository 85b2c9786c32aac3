"""Compare the state with the access log: each row has its event, each event its row.

Both directions are read in pages by key, so memory does not grow with the log. State
that a person or the retention erased is told apart from state that is missing by the
events of the erasure; rows older than the log's beginning by its pruning.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, tuple_

from storage.audit.checks.state_events import EVENT_KINDS, EventKind
from storage.audit.checks.state_rows import (
    ERASURE_ASKED,
    ROW_KINDS,
    RowKind,
    Trace,
)
from storage.audit.checks.walk import Fault
from storage.audit.log.append import parse
from storage.records import Event, Outcome, Person
from storage.store import Store
from storage.tables import entries, events, prunings

Progress = Callable[[int, int], None]

PAGE = 500
# An event may be older than its neighbours in the log by as long as its transaction
# took.
_SLOW = timedelta(minutes=10)
_CHECKED_ACTIONS = sorted({action for kind in EVENT_KINDS for action in kind.actions})


@dataclass(frozen=True, kw_only=True)
class StateChecked:
    """The state agrees with the log.

    `rows` have their events and `events` their rows. The row of `erased` events is gone
    by a recorded erasure; the event of `pruned` rows by a recorded pruning.
    """

    rows: int
    events: int
    erased: int
    pruned: int


def check_state(
    store: Store,
    progress: Progress | None = None,
) -> StateChecked:
    """Compare every row of the state with the events, both ways.

    `progress` gets (id of the last event compared, the last id).

    Raises `Fault` naming the first row without its event ("not recorded") or the first
    event without its row ("state missing").
    """
    with store.read() as tx:
        return compare_state(tx.connection, progress)


def compare_state(
    connection: Connection, progress: Progress | None = None
) -> StateChecked:
    """Compare the state and the events that one transaction reads; see `check_state`."""
    begins_at = _beginning(connection)
    rows = 0
    pruned = 0
    for kind in ROW_KINDS:
        for page in _pages(connection, kind):
            traces = [trace for row in page for trace in kind.traces(row)]
            older = _check_traces(connection, traces, begins_at)
            rows += len(traces) - older
            pruned += older
    n_events, erased = _check_events(connection, progress)
    return StateChecked(
        rows=rows,
        events=n_events,
        erased=erased,
        pruned=pruned,
    )


def _beginning(connection: Connection) -> datetime | None:
    """Return the time before which events were pruned; None for a whole log."""
    if connection.execute(select(prunings.c.first).limit(1)).first() is None:
        return None
    query = (
        select(events.c.at)
        .join(entries, entries.c.event_id == events.c.id)
        .order_by(entries.c.idx)
        .limit(1)
    )
    oldest: datetime | None = connection.execute(query).scalar_one_or_none()
    if oldest is None:
        return None
    return oldest + _SLOW


def _pages(connection: Connection, kind: RowKind) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table in pages, in order of its primary key."""
    key = list(kind.table.primary_key.columns)
    query = select(*kind.columns).order_by(*key).limit(PAGE)
    page = connection.execute(query).all()
    while page:
        yield page
        if len(page) < PAGE:
            return
        last = [page[-1]._mapping[column.name] for column in key]
        page = connection.execute(query.where(tuple_(*key) > last)).all()


def _check_traces(
    connection: Connection,
    traces: Sequence[Trace],
    begins_at: datetime | None,
) -> int:
    """Check that each trace is in the log; return how many may have been pruned."""
    query = select(events.c.at, events.c.canonical).where(
        events.c.at.in_({trace.at for trace in traces}),
        events.c.outcome == Outcome.ALLOWED,
    )
    recorded: defaultdict[datetime, list[Event]] = defaultdict(list)
    for at, canonical in connection.execute(query):
        recorded[at].append(parse(bytes(canonical)))
    pruned = 0
    for trace in traces:
        if any(_is_of(event, trace) for event in recorded[trace.at]):
            continue
        if begins_at is None or trace.at >= begins_at:
            raise Fault("not recorded", _unrecorded(trace))
        pruned += 1
    return pruned


def _is_of(event: Event, trace: Trace) -> bool:
    """Return whether the event is the one that the row must have left."""
    if event.action not in trace.actions:
        return False
    actor = subject = None
    if event.actor is not None:
        actor = event.actor.user_id
    if event.subject is not None:
        subject = event.subject.user_id
    pairs = (
        (trace.user_id, actor),
        (trace.subject_id, subject),
        (trace.request, event.request),
        (trace.clip_id, event.clip_id),
        (trace.tool, event.tool),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)


def _unrecorded(trace: Trace) -> str:
    thing = trace.request or trace.clip_id or trace.tool
    ids = [thing, trace.user_id or trace.subject_id]
    named = " ".join(each for each in ids if each is not None)
    actions = " or ".join(sorted(trace.actions))
    return (
        f"The {trace.noun} of {named} at {trace.at:%Y-%m-%d %H:%M:%S.%f} UTC "
        f"has no event {actions} in the log."
    )


def _check_events(connection: Connection, progress: Progress | None) -> tuple[int, int]:
    """Return how many events have their rows, and how many had theirs erased."""
    total = connection.execute(select(func.max(events.c.id))).scalar_one()
    erasures = _Erasures(connection)
    checked = 0
    erased = 0
    query = select(events.c.id, events.c.canonical).where(
        events.c.action.in_(_CHECKED_ACTIONS),
        events.c.outcome == Outcome.ALLOWED,
    )
    query = query.order_by(events.c.id).limit(PAGE)
    page = connection.execute(query).all()
    while page:
        found = [(number, parse(bytes(canonical))) for number, canonical in page]
        for kind in EVENT_KINDS:
            of_kind = [each for each in found if each[1].action in kind.actions]
            has_row, is_gone = _check_kind(connection, kind, of_kind, erasures)
            checked += has_row
            erased += is_gone
        last = page[-1].id
        if progress is not None:
            progress(last, total)
        page = connection.execute(query.where(events.c.id > last)).all()
    return checked, erased


def _check_kind(
    connection: Connection,
    kind: EventKind,
    found: Sequence[tuple[int, Event]],
    erasures: "_Erasures",
) -> tuple[int, int]:
    """Check one page of events of one kind; return how many have rows, and had some."""
    keys = {number: kind.key(event) for number, event in found}
    wanted = {key for key in keys.values() if key is not None}
    if not wanted:
        return 0, 0
    rows: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in connection.execute(kind.rows(wanted)):
        rows[row.key].append(row)
    has_row = 0
    without_row = []
    for number, event in found:
        key = keys[number]
        if key is None:
            continue
        if any(kind.is_row_of(row, event) for row in rows[key]):
            has_row += 1
        else:
            without_row.append((number, event))
    gone: set[int] = set()
    if kind.is_erasable:
        gone = erasures.erased_later(without_row)
    for number, event in without_row:
        if number not in gone:
            raise Fault("state missing", _missing(kind, number, event))
    return has_row, len(without_row)


class _Erasures:
    """The erasures on record.

    Those of people are read once and kept in memory, one time for each person; those of
    clips are read for each page of events.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._recorded = (
            events.c.action.in_(sorted(ERASURE_ASKED)),
            events.c.outcome == Outcome.ALLOWED,
        )
        self._of_people = self._read_people()

    def erased_later(self, found: Sequence[tuple[int, Event]]) -> set[int]:
        """Return the numbers of events whose clip or actor was erased then or later."""
        of_clips = self._read_clips({event.clip_id for _, event in found})
        erased = set()
        for number, event in found:
            asked = [of_clips.get(event.clip_id), self._of_people.get(event.actor)]
            if any(at is not None and at >= event.at for at in asked):
                erased.add(number)
        return erased

    def _read_people(self) -> dict[Person | None, datetime]:
        """Return the time of the last erasure of each person."""
        query = select(events.c.at, events.c.canonical).where(
            *self._recorded,
            events.c.clip_id.is_(None),
        )
        found: dict[Person | None, datetime] = {}
        for at, canonical in self._connection.execute(query.order_by(events.c.at)):
            subject = parse(bytes(canonical)).subject
            if subject is not None:
                found[subject] = at
        return found

    def _read_clips(self, clip_ids: set[str | None]) -> dict[str | None, datetime]:
        """Return the time of the last erasure of each of these clips."""
        named = sorted(each for each in clip_ids if each is not None)
        if not named:
            return {}
        query = (
            select(events.c.clip_id, func.max(events.c.at))
            .where(*self._recorded, events.c.clip_id.in_(named))
            .group_by(events.c.clip_id)
        )
        rows = self._connection.execute(query)
        return {row[0]: row[1] for row in rows}


def _missing(kind: EventKind, number: int, event: Event) -> str:
    named = event.request or event.clip_id or ""
    return (
        f"Event {number} ({event.action} {named}) has no {kind.noun} in the state, "
        "and no erasure of it is on record."
    )
