"""Erasures of clips and of people's texts."""

from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    func,
    insert,
    select,
    update,
)

from storage.records import Erasure, Person, Why
from storage.rows import ids_of, person_of, row_with
from storage.tables import (
    erasures,
)


class Erasures:
    """Reads and writes erasures."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        clip_id: str | None,
        person: Person | None,
        why: Why,
        now: datetime,
    ) -> Erasure:
        """Store a new erasure and return it with its number.

        Its receipts list the places to clean.
        """
        person_team, person_user = ids_of(person)
        row = self.connection.execute(
            insert(erasures)
            .values(
                clip_id=clip_id,
                person_team=person_team,
                person_user=person_user,
                why=why,
                asked_at=now,
            )
            .returning(*erasures.c)
        )
        return _erasure(row.mappings().one())

    def by_id(self, erasure_id: int, *, lock: bool = False) -> Erasure | None:
        """Return the erasure with this number, or None.

        `lock` keeps other transactions from changing it until this one ends.
        """
        row = row_with(self.connection, erasures.c.id, erasure_id, lock=lock)
        if row is None:
            return None
        return _erasure(row)

    def newest(
        self,
        *,
        clip_id: str | None = None,
        limit: int,
        after: int | None = None,
    ) -> list[Erasure]:
        """Return the newest erasures, newest first, of one clip if it is given.

        With `after` only older ones than that erasure.
        """
        query = select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(erasures.c.id < after)
        if clip_id is not None:
            query = query.where(erasures.c.clip_id == clip_id)
        return [_erasure(row) for row in self.connection.execute(query).mappings()]

    def every(self) -> list[Erasure]:
        """Return all erasures, newest first."""
        query = select(erasures).order_by(erasures.c.id.desc())
        return [_erasure(row) for row in self.connection.execute(query).mappings()]

    def count(self) -> int:
        """Return the number of all erasures."""
        query = select(func.count()).select_from(erasures)
        return self.connection.execute(query).scalar_one()

    def close(self, erasure_id: int, now: datetime) -> None:
        """Store that every place of an erasure is clean."""
        self.connection.execute(
            update(erasures).where(erasures.c.id == erasure_id).values(done_at=now)
        )


def _erasure(row: RowMapping) -> Erasure:
    return Erasure(
        id=row["id"],
        clip_id=row["clip_id"],
        person=person_of(row["person_team"], row["person_user"]),
        why=Why(row["why"]),
        asked_at=row["asked_at"],
        done_at=row["done_at"],
    )
