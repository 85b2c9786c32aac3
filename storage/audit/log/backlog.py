"""Events that are written but not signed yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.audit.log.append import Log
from storage.tables import entries, events, unsequenced

# Counting stops here.
MOST = 100_000


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """`waiting` unsigned events, at most 100,000; `oldest` is the time of the first."""

    waiting: int
    oldest: datetime | None


def backlog(log: Log) -> Backlog:
    """Return the events that wait to be sequenced."""
    connection = log.connection
    if connection.dialect.name == "postgresql":
        some = select(unsequenced.c.event_id).limit(MOST).subquery()
        count = select(func.count()).select_from(some)
        waiting = connection.execute(count).scalar_one()
        first = select(func.min(unsequenced.c.event_id)).scalar_subquery()
    else:
        done = _last_sequenced(connection)
        # Ids commit in order on SQLite, so the count is a difference of ids.
        newest = connection.execute(select(func.max(events.c.id))).scalar_one()
        if newest is None:
            newest = 0
        waiting = min(max(newest - done, 0), MOST)
        query = select(func.min(events.c.id)).where(events.c.id > done)
        first = query.scalar_subquery()
    oldest = connection.execute(select(events.c.at).where(events.c.id == first))
    return Backlog(waiting=waiting, oldest=oldest.scalar_one_or_none())


def _last_sequenced(connection: Connection) -> int:
    query = select(entries.c.event_id).order_by(entries.c.idx.desc()).limit(1)
    last = connection.execute(query).scalar_one_or_none()
    if last is None:
        return 0
    return int(last)
