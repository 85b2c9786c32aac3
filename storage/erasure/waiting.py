"""Erasures that answers caused, while a lead or an officer can still keep the clip."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from storage.records import Person, WaitingErasure
from storage.rows import ids_of, person_of, row_with
from storage.tables import waiting_erasures

_WAITS = waiting_erasures.c.ended_at.is_(None)


class WaitingErasures:
    """Reads and writes erasures that wait for their time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        key: str,
        clip_id: str,
        request_id: int,
        desk: str,
        asked_at: datetime,
        due_at: datetime,
    ) -> WaitingErasure:
        """Store an erasure that waits until `due_at`, and return it with its number."""
        row = self.connection.execute(
            insert(waiting_erasures)
            .values(
                key=key,
                clip_id=clip_id,
                request_id=request_id,
                desk=desk,
                asked_at=asked_at,
                due_at=due_at,
            )
            .returning(*waiting_erasures.c)
        )
        return _waiting(row.mappings().one())

    def by_key(self, key: str, *, lock: bool = False) -> WaitingErasure | None:
        """Return the erasure with this unguessable key, waiting or ended, or None."""
        row = row_with(self.connection, waiting_erasures.c.key, key, lock=lock)
        if row is None:
            return None
        return _waiting(row)

    def of_clip(self, clip_id: str) -> WaitingErasure | None:
        """Return the erasure of this clip that waits now, or None."""
        query = select(waiting_erasures).where(
            waiting_erasures.c.clip_id == clip_id,
            _WAITS,
        )
        row = self.connection.execute(query).mappings().first()
        if row is None:
            return None
        return _waiting(row)

    def on_desks(
        self,
        desks: Iterable[str] | None,
    ) -> list[WaitingErasure]:
        """Return what waits now on these desks, due first; None stands for all desks."""
        query = (
            select(waiting_erasures)
            .where(_WAITS)
            .order_by(waiting_erasures.c.due_at, waiting_erasures.c.id)
        )
        if desks is not None:
            query = query.where(waiting_erasures.c.desk.in_(list(desks)))
        return [_waiting(row) for row in self.connection.execute(query).mappings()]

    def due(self, now: datetime, *, limit: int) -> list[WaitingErasure]:
        """Return the erasures whose waiting time is over."""
        query = (
            select(waiting_erasures)
            .where(
                _WAITS,
                waiting_erasures.c.due_at <= now,
            )
            .order_by(waiting_erasures.c.due_at)
            .limit(limit)
        )
        return [_waiting(row) for row in self.connection.execute(query).mappings()]

    def count(
        self,
        *,
        desks: Iterable[str] | None = None,
        due_before: datetime | None = None,
    ) -> int:
        """Return how many wait now: on these desks, due before this time, if given."""
        query = select(func.count()).select_from(waiting_erasures).where(_WAITS)
        if desks is not None:
            query = query.where(waiting_erasures.c.desk.in_(list(desks)))
        if due_before is not None:
            query = query.where(waiting_erasures.c.due_at < due_before)
        return self.connection.execute(query).scalar_one()

    def end_of_clip(
        self,
        clip_id: str,
        now: datetime,
        *,
        kept_by: Person | None = None,
    ) -> None:
        """End what waits for this clip: it is erased now, or a person kept it."""
        kept_team, kept_user = ids_of(kept_by)
        self.connection.execute(
            update(waiting_erasures)
            .where(
                waiting_erasures.c.clip_id == clip_id,
                _WAITS,
            )
            .values(
                ended_at=now,
                kept_team=kept_team,
                kept_user=kept_user,
            )
        )


def _waiting(row: RowMapping) -> WaitingErasure:
    return WaitingErasure(
        id=row["id"],
        key=row["key"],
        clip_id=row["clip_id"],
        request_id=row["request_id"],
        desk=row["desk"],
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        ended_at=row["ended_at"],
        kept_by=person_of(row["kept_team"], row["kept_user"]),
    )
