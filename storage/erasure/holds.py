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
from storage.rows import row_with
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
        """Hold a clip; holds add up, and each ends for itself."""
        row = self.connection.execute(
            insert(holds)
            .values(
                clip_id=clip_id,
                placed_team=placed_by.team_id if placed_by else None,
                placed_user=placed_by.user_id if placed_by else None,
                placed_at=now,
                expires_at=expires_at,
            )
            .returning(*holds.c)
        )
        return _hold(row.mappings().one())

    def by_id(self, hold_id: int) -> Hold | None:
        """A hold by its number, standing or ended."""
        found = row_with(self.connection, holds.c.id, hold_id)
        return None if found is None else _hold(found)

    def standing(self, clip_id: str | None = None) -> list[Hold]:
        """The standing holds on one clip, or on all, the first to expire first."""
        query = select(holds).where(holds.c.ended_at.is_(None))
        if clip_id is not None:
            query = query.where(holds.c.clip_id == clip_id)
        rows = self.connection.execute(query.order_by(holds.c.expires_at, holds.c.id))
        return [_hold(row) for row in rows.mappings()]

    def held_until(self, clip_id: str) -> datetime | None:
        """When the last standing hold on a clip expires; None when it is not held."""
        query = select(func.max(holds.c.expires_at)).where(
            holds.c.clip_id == clip_id, holds.c.ended_at.is_(None)
        )
        return self.connection.execute(
            select(query.scalar_subquery().cast(holds.c.expires_at.type))
        ).scalar_one_or_none()

    def expired(self, now: datetime, limit: int = 100) -> list[Hold]:
        """Standing holds whose time is up."""
        query = (
            select(holds)
            .where(holds.c.ended_at.is_(None), holds.c.expires_at <= now)
            .order_by(holds.c.expires_at)
            .limit(limit)
        )
        return [_hold(row) for row in self.connection.execute(query).mappings()]

    def end(self, hold_id: int, now: datetime) -> bool:
        """End a hold. False when it had ended before."""
        ended = self.connection.execute(
            update(holds)
            .where(holds.c.id == hold_id, holds.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        return ended.rowcount > 0


def _hold(row: RowMapping) -> Hold:
    user = row["placed_user"]
    return Hold(
        id=row["id"],
        clip_id=row["clip_id"],
        placed_by=Person(team_id=row["placed_team"], user_id=user) if user else None,
        placed_at=row["placed_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
    )
