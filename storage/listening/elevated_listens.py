"""Elevated listens: the listener, the second person's decision, and the one play."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    insert,
    select,
    update,
)

from storage.records import ElevatedListen, Elevation, Person
from storage.rows import row_with
from storage.tables import (
    elevated_listens,
)


class ElevatedListens:
    """Reads and writes elevated listens."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, asked: ElevatedListen) -> None:
        """Store an elevated listen that a person asks for."""
        self.connection.execute(
            insert(elevated_listens).values(
                key=asked.key,
                request_id=asked.request_id,
                desk=asked.desk,
                listener_team=asked.listener.team_id,
                listener_user=asked.listener.user_id,
                closeness=asked.closeness,
                asked_at=asked.asked_at,
                asked_as=asked.asked_as,
                approved=False,
            )
        )

    def by_key(self, key: str, *, lock: bool = False) -> ElevatedListen | None:
        """Return one by the key in its address; `lock` holds it until the end."""
        row = row_with(self.connection, elevated_listens.c.key, key, lock=lock)
        if row is None:
            return None
        return _elevated_listen(row)

    def newest_of(self, request_id: int, listener: Person) -> ElevatedListen | None:
        """Return this person's newest one on a request."""
        query = (
            select(elevated_listens)
            .where(
                elevated_listens.c.request_id == request_id,
                elevated_listens.c.listener_team == listener.team_id,
                elevated_listens.c.listener_user == listener.user_id,
            )
            .order_by(elevated_listens.c.asked_at.desc())
            .limit(1)
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _elevated_listen(row)

    def waiting(self, desks: Iterable[str], since: datetime) -> list[ElevatedListen]:
        """Return the undecided ones of these desks, oldest first."""
        query = (
            select(elevated_listens)
            .where(
                elevated_listens.c.desk.in_(list(desks)),
                elevated_listens.c.decided_at.is_(None),
                elevated_listens.c.asked_at > since,
            )
            .order_by(elevated_listens.c.asked_at)
        )
        return [
            _elevated_listen(row) for row in self.connection.execute(query).mappings()
        ]

    def decide(
        self,
        key: str,
        who: Person,
        now: datetime,
        *,
        approved: bool,
    ) -> None:
        """Store the second person's decision."""
        self._change(
            key,
            decided_team=who.team_id,
            decided_user=who.user_id,
            decided_at=now,
            approved=approved,
        )

    def mark_played(self, key: str, now: datetime) -> None:
        """Mark it as played: it plays once."""
        self._change(key, used_at=now)

    def _change(self, key: str, **values: object) -> None:
        self.connection.execute(
            update(elevated_listens)
            .where(elevated_listens.c.key == key)
            .values(**values)
        )


def _elevated_listen(row: RowMapping) -> ElevatedListen:
    decided_by = None
    if row["decided_user"] is not None:
        decided_by = Person(team_id=row["decided_team"], user_id=row["decided_user"])
    return ElevatedListen(
        key=row["key"],
        request_id=row["request_id"],
        desk=row["desk"],
        listener=Person(team_id=row["listener_team"], user_id=row["listener_user"]),
        closeness=Elevation(row["closeness"]),
        asked_at=row["asked_at"],
        asked_as=row["asked_as"],
        decided_by=decided_by,
        decided_at=row["decided_at"],
        approved=row["approved"],
        used_at=row["used_at"],
    )
