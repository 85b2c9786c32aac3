"""Events that were deleted before they were signed, found by their ids.

SQLite gives ids without gaps: writers take turns, and a transaction that is rolled back
gives its ids back. PostgreSQL never gives an id back, so gaps show nothing there; its
line of waiting events does (see `storage.audit.checks.database`).
"""

from sqlalchemy import Connection, func, select, text

from storage.audit.checks.walk import Fault
from storage.tables import entries, events

_OFFSET = entries.c.event_id - entries.c.idx
_LAST_ID = text("SELECT seq FROM sqlite_sequence WHERE name = 'events'")


def check_gaps(connection: Connection, *, is_whole: bool) -> None:
    """Raise `Fault` for the first id that is missing among the events of SQLite.

    `is_whole`: no entry was pruned, so the first event has id 1.
    """
    if connection.dialect.name != "sqlite":
        return
    last_signed = _check_signed(connection, is_whole=is_whole)
    _check_waiting(connection, last_signed)


def _check_signed(connection: Connection, *, is_whole: bool) -> int:
    """Check the ids of sequenced events, and return the last one, or 0."""
    least, most, last = connection.execute(
        select(func.min(_OFFSET), func.max(_OFFSET), func.max(entries.c.event_id))
    ).one()
    if last is None:
        return 0
    expected = least
    if is_whole:
        expected = 1
    if least == most == expected:
        return int(last)
    later = select(entries.c.idx).where(expected < _OFFSET)
    index = connection.execute(later.order_by(entries.c.idx).limit(1)).scalar_one()
    raise _deleted(index + expected)


def _check_waiting(connection: Connection, last_signed: int) -> None:
    """Check the ids of events that wait to be signed, and the last id ever given."""
    waiting = select(events.c.id).where(events.c.id > last_signed)
    expected = last_signed
    for event_id in connection.execute(waiting.order_by(events.c.id)).scalars():
        expected += 1
        if event_id != expected:
            raise _deleted(expected)
    last_given = connection.execute(_LAST_ID).scalar_one_or_none()
    if last_given is not None and last_given > expected:
        raise _deleted(expected + 1)


def _deleted(event_id: int) -> Fault:
    return Fault(
        "missing",
        f"Event {event_id} was deleted before it was signed: its id was given, "
        "and no event has it.",
    )
