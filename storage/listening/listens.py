"""Granted listens: one row for each press of play."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.records import Elevation, Listen, Person
from storage.rows import Columns
from storage.tables import listens, requests


class Listens:
    """Reads and writes listens."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, listen: Listen) -> None:
        """Store one granted press of play.

        Raises `IntegrityError` if this listener has used the press before.
        """
        self.connection.execute(
            insert(listens).values(
                id=listen.id,
                request_id=listen.request_id,
                listener_team=listen.listener.team_id,
                listener_user=listen.listener.user_id,
                press=listen.press,
                granted_at=listen.granted_at,
                closeness=listen.closeness,
                played_ms=listen.played_ms,
                loops=listen.loops,
            )
        )

    def of_request(self, request_id: int) -> list[Listen]:
        """Return every listen to one request, oldest first."""
        query = select(listens).where(listens.c.request_id == request_id)
        rows = self.connection.execute(
            query.order_by(listens.c.granted_at, listens.c.id)
        )
        return [listen_of(row) for row in rows.mappings()]

    def has_listened_to(self, person: Person, clip_id: str) -> bool:
        """Return whether the person has a listen of any request about this clip."""
        query = (
            select(listens.c.id)
            .join(requests, requests.c.id == listens.c.request_id)
            .where(
                requests.c.clip_id == clip_id,
                listens.c.listener_team == person.team_id,
                listens.c.listener_user == person.user_id,
            )
            .limit(1)
        )
        return self.connection.execute(query).first() is not None

    def find(
        self,
        *,
        since: datetime | None,
        until: datetime | None,
        desk: str | None,
        request_id: int | None,
        limit: int,
    ) -> list[Listen]:
        """Return at most `limit` listens from `since` until before `until`.

        They are in order of request and time; a filter that is None is none.
        """
        query = select(listens)
        if request_id is not None:
            query = query.where(listens.c.request_id == request_id)
        if desk is not None:
            query = query.join(requests, requests.c.id == listens.c.request_id)
            query = query.where(requests.c.desk == desk)
        if since is not None:
            query = query.where(listens.c.granted_at >= since)
        if until is not None:
            query = query.where(listens.c.granted_at < until)
        query = query.order_by(
            listens.c.request_id,
            listens.c.granted_at,
            listens.c.id,
        )
        rows = self.connection.execute(query.limit(limit))
        return [listen_of(row) for row in rows.mappings()]

    def save_played(
        self,
        listen_id: str,
        *,
        played_ms: int,
        loops: int,
    ) -> None:
        """Store how much of the span was heard."""
        self.connection.execute(
            update(listens)
            .where(listens.c.id == listen_id)
            .values(played_ms=played_ms, loops=loops)
        )


def listen_of(row: Columns) -> Listen:
    """Return a row of `listens` as a record."""
    return Listen(
        id=row["id"],
        request_id=row["request_id"],
        listener=Person(team_id=row["listener_team"], user_id=row["listener_user"]),
        press=row["press"],
        granted_at=row["granted_at"],
        closeness=Elevation(row["closeness"]) if row["closeness"] else None,
        played_ms=row["played_ms"],
        loops=row["loops"],
    )
