"""Events that were committed since an earlier look, whatever order they came in."""

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from storage.audit.log.append import parse
from storage.errors import StorageError
from storage.records import Event
from storage.tables import events

# Ids of PostgreSQL are assigned before the commit, so that an id below the newest may
# still come. A transaction that is that far behind was rolled back.
_LATE_IDS = 1_000


@dataclass(frozen=True, kw_only=True)
class Position:
    """The newest event that was read, and ids below it that were not there yet."""

    newest: int
    missing: frozenset[int]


class LogNews:
    """Reads events in the order of their commits, roughly."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def position(self) -> Position:
        """Return the position after every event that is committed now."""
        newest = select(events.c.id).order_by(events.c.id.desc()).limit(_LATE_IDS)
        found = set(self.connection.execute(newest).scalars())
        last = max(found, default=0)
        recent = frozenset(range(max(1, last - _LATE_IDS + 1), last))
        return Position(newest=last, missing=recent - found)

    def since(self, position: Position) -> tuple[list[Event] | None, Position]:
        """Return the events committed since a position, and the position after them.

        None stands for events of which one cannot be read.
        """
        is_news = events.c.id > position.newest
        if position.missing:
            is_news = or_(is_news, events.c.id.in_(position.missing))
        query = select(events.c.id, events.c.canonical).where(is_news)
        found = {row.id: row.canonical for row in self.connection.execute(query)}
        last = max(found, default=position.newest)
        last = max(last, position.newest)
        earliest = max(position.newest + 1, last - _LATE_IDS)
        skipped = position.missing | set(range(earliest, last))
        late = {number for number in skipped if number > last - _LATE_IDS}
        missing = frozenset(late - found.keys())
        after = Position(newest=last, missing=missing)
        try:
            return [parse(bytes(canonical)) for canonical in found.values()], after
        except StorageError:
            return None, after
