"""Erasures."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    insert,
    select,
    update,
)

from storage.records import Erasure, Person, Why
from storage.rows import row_with
from storage.tables import (
    erasures,
)


class Erasures:
    """Reads and writes erasures."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self, *, clip_id: str | None, person: Person | None, why: Why, now: datetime
    ) -> Erasure:
        """Begin an erasure; its receipts say what is to be done."""
        row = self.connection.execute(
            insert(erasures)
            .values(
                clip_id=clip_id,
                person_team=person.team_id if person else None,
                person_user=person.user_id if person else None,
                why=why,
                asked_at=now,
            )
            .returning(*erasures.c)
        )
        return _erasure(row.mappings().one())

    def by_id(self, erasure_id: int, *, lock: bool = False) -> Erasure | None:
        """An erasure by its number; `lock` holds it until the transaction ends."""
        row = row_with(self.connection, erasures.c.id, erasure_id, lock=lock)
        return None if row is None else _erasure(row)

    def newest(self, *, clip_id: str | None = None, limit: int = 100) -> list[Erasure]:
        """The newest erasures, newest first; of one clip where it is given."""
        query = select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        if clip_id is not None:
            query = query.where(erasures.c.clip_id == clip_id)
        return [_erasure(row) for row in self.connection.execute(query).mappings()]

    def close(self, erasure_id: int, now: datetime) -> None:
        """Every place is clean."""
        self.connection.execute(
            update(erasures).where(erasures.c.id == erasure_id).values(done_at=now)
        )


def _erasure(row: RowMapping) -> Erasure:
    user = row["person_user"]
    return Erasure(
        id=row["id"],
        clip_id=row["clip_id"],
        person=Person(team_id=row["person_team"], user_id=user) if user else None,
        why=Why(row["why"]),
        asked_at=row["asked_at"],
        done_at=row["done_at"],
    )
