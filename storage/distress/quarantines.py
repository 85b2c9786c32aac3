"""Clips closed to all after a stop."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.records import Person
from storage.rows import ids_of
from storage.tables import (
    quarantines,
)

_QUARANTINED = select(quarantines.c.id).where(
    quarantines.c.clip_id == bindparam("clip_id"), quarantines.c.released_at.is_(None)
)


class Quarantines:
    """Reads and writes quarantines."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        clip_id: str,
        request_id: int | None,
        reporter: Person | None,
        now: datetime,
    ) -> None:
        """Close a clip to all. `reporter` is None for a drill."""
        reporter_team, reporter_user = ids_of(reporter)
        self.connection.execute(
            insert(quarantines).values(
                clip_id=clip_id,
                request_id=request_id,
                reporter_team=reporter_team,
                reporter_user=reporter_user,
                since=now,
            )
        )

    def is_active(self, clip_id: str) -> bool:
        """Return whether a clip is closed to all now."""
        found = self.connection.execute(_QUARANTINED, {"clip_id": clip_id}).first()
        return found is not None

    def release(self, clip_id: str, now: datetime) -> bool:
        """Open a clip again. Return False if it was not closed."""
        changed = self.connection.execute(
            update(quarantines)
            .where(
                quarantines.c.clip_id == clip_id, quarantines.c.released_at.is_(None)
            )
            .values(released_at=now)
        )
        return changed.rowcount > 0
