"""Which published checkpoints were announced in the auditors' channel."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.audit.log.append import Log
from storage.tables import checkpoints


@dataclass(frozen=True, kw_only=True)
class Published:
    """A checkpoint that left the database; `note` is its signed text."""

    size: int
    note: str


def to_announce(log: Log) -> Published | None:
    """Return the newest published checkpoint, or None if it was announced."""
    row = log.connection.execute(
        select(checkpoints)
        .where(checkpoints.c.published_at.is_not(None))
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    if row.announced_at is not None:
        return None
    return Published(size=row.size, note=row.note)


def last_announced(log: Log) -> datetime | None:
    """Return when a checkpoint was last announced."""
    return log.connection.execute(
        select(checkpoints.c.announced_at)
        .where(checkpoints.c.announced_at.is_not(None))
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).scalar_one_or_none()


def mark_announced(
    log: Log,
    size: int,
    now: datetime,
) -> None:
    """Store that the checkpoint of this size was announced."""
    log.connection.execute(
        update(checkpoints).where(checkpoints.c.size == size).values(announced_at=now)
    )
