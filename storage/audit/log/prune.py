"""Retention of the log: whole months are removed from its beginning, never within.

The remaining log can still be proven: the upper levels of the tree stay, and a note
signed by the log states its new beginning. Only entries behind a published checkpoint
may be removed.
"""

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.audit.checks.walk import BLOCK
from storage.audit.log.rollup import day_of
from storage.audit.log.sequencer import latest, take_turn
from storage.audit.log.tree import root_at
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Keys
from storage.errors import StorageError
from storage.records import Action, Event, Origin, Outcome
from storage.store import Store
from storage.tables import (
    action_days,
    checkpoints,
    entries,
    events,
    person_days,
    prunings,
    tiles,
)


def prune(
    store: Store,
    keys: Keys,
    before: datetime,
    now: datetime,
) -> int:
    """Remove the entries of the months before `before` and return their number.

    `before` is the first moment of a month in UTC. Up to 255 earlier entries are kept,
    so that blocks stay whole. The removal is an event. Raises `StorageError` if
    `before` is not the start of a month, or if an entry to remove is not behind a
    published checkpoint.
    """
    if before.astimezone(UTC) != _month(before) or before >= now:
        raise StorageError(
            "The log is pruned by whole months: give the first day of a past month."
        )
    with store.begin() as tx:
        connection = tx.connection
        if not take_turn(connection):
            raise StorageError("The log is being signed at this moment; try again.")
        first = _first_to_keep(connection, keys, before)
        start = connection.execute(select(func.min(entries.c.idx))).scalar_one()
        if start is None:
            return 0
        if first <= start:
            return 0
        note = keys.sign_pruning(first, root_at(connection, first))
        connection.execute(
            insert(prunings).values(
                first=first,
                note=note,
                pruned_at=now,
            )
        )
        _remove(connection, first, before)
        tx.log.record(_event(first, first - int(start), now))
        return first - int(start)


def _month(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )


def _first_to_keep(
    connection: Connection,
    keys: Keys,
    before: datetime,
) -> int:
    text = latest(connection)
    if text is None:
        return 0
    size = checkpoint.verify(text, keys.verifiers).size
    newer = connection.execute(
        select(func.min(entries.c.idx))
        .join(events, events.c.id == entries.c.event_id)
        .where(events.c.at >= before)
    ).scalar_one()
    # The last entry is always kept, because it shows the tree's size.
    wanted = min(size - 1, size if newer is None else newer) // BLOCK * BLOCK
    published = connection.execute(
        select(func.max(checkpoints.c.size)).where(
            checkpoints.c.published_at.is_not(None)
        )
    ).scalar_one()
    if wanted > (published or 0):
        raise StorageError(
            "The log is pruned behind a published checkpoint only. Run: help-clip audit checkpoint"
        )
    return int(wanted)


def _remove(
    connection: Connection,
    first: int,
    before: datetime,
) -> None:
    gone = select(entries.c.event_id).where(entries.c.idx < first)
    connection.execute(delete(events).where(events.c.id.in_(gone)))
    connection.execute(delete(entries).where(entries.c.idx < first))
    connection.execute(
        delete(tiles).where(tiles.c.level == 0, tiles.c.idx < first // BLOCK)
    )
    # Roots between full blocks can no longer be computed. The anchors hold them.
    connection.execute(delete(checkpoints).where(checkpoints.c.size < first))
    for counts in (person_days, action_days):
        connection.execute(delete(counts).where(counts.c.day < day_of(before)))


def _event(
    first: int,
    removed: int,
    now: datetime,
) -> Event:
    return Event(
        at=now,
        action=Action.LOG_PRUNED,
        outcome=Outcome.ALLOWED,
        actor=None,
        role=None,
        origin=Origin.CLI,
        numbers={
            "first": first,
            "removed": removed,
        },
    )
