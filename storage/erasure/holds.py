"""Legal holds: while one stands, nothing kept of the clip is purged or erased."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    func,
    insert,
    select,
    update,
)

from storage.records import Hold, Person
from storage.rows import ids_of, person_of, row_with
from storage.tables import (
    holds,
)


class Holds:
    """Reads and writes legal holds."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        clip_id: str,
        placed_by: Person | None,
        now: datetime,
        expires_at: datetime,
    ) -> Hold:
        """Store a hold and return it with its number.

        Several holds on a clip may stand at once, and each ends by itself.
        """
        placed_team, placed_user = ids_of(placed_by)
        row = self.connection.execute(
            insert(holds)
            .values(
                clip_id=clip_id,
                placed_team=placed_team,
                placed_user=placed_user,
                placed_at=now,
                expires_at=expires_at,
            )
            .returning(*holds.c)
        )
        return _hold(row.mappings().one())

    def by_id(self, hold_id: int) -> Hold | None:
        """Return the hold with this number, standing or ended, or None."""
        found = row_with(self.connection, holds.c.id, hold_id)
        if found is None:
            return None
        return _hold(found)

    def standing(self, clip_id: str | None = None) -> list[Hold]:
        """Return the standing holds on one clip or on all, in order of expiry."""
        query = select(holds).where(holds.c.ended_at.is_(None))
        if clip_id is not None:
            query = query.where(holds.c.clip_id == clip_id)
        rows = self.connection.execute(query.order_by(holds.c.expires_at, holds.c.id))
        return [_hold(row) for row in rows.mappings()]

    def held_until(self, clip_id: str) -> datetime | None:
        """Return when the last standing hold on a clip expires, or None if none stands."""
        query = select(func.max(holds.c.expires_at)).where(
            holds.c.clip_id == clip_id, holds.c.ended_at.is_(None)
        )
        return self.connection.execute(query).scalar_one_or_none()

    def expired(self, now: datetime, limit: int) -> list[Hold]:
        """Return standing holds that have expired."""
        query = (
            select(holds)
            .where(holds.c.ended_at.is_(None), holds.c.expires_at <= now)
            .order_by(holds.c.expires_at)
            .limit(limit)
        )
        return [_hold(row) for row in self.connection.execute(query).mappings()]

    def end(self, hold_id: int, now: datetime) -> bool:
        """End a hold. Return False if it had ended before."""
        ended = self.connection.execute(
            update(holds)
            .where(holds.c.id == hold_id, holds.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        return ended.rowcount > 0


def _hold(row: RowMapping) -> Hold:
    return Hold(
        id=row["id"],
        clip_id=row["clip_id"],
        placed_by=person_of(row["placed_team"], row["placed_user"]),
        placed_at=row["placed_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )
