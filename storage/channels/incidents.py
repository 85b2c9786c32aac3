"""Incidents that a desk's leads should look at."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    insert,
    select,
    update,
)

from storage.records import Incident, IncidentKind, Person
from storage.rows import person_of, row_with
from storage.tables import (
    incidents,
)


class Incidents:
    """Reads and writes incidents."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        kind: IncidentKind,
        person: Person,
        *,
        desk: str,
        now: datetime,
        channel_id: str | None = None,
        message_ts: str | None = None,
        request_id: int | None = None,
    ) -> Incident:
        """Store an incident for a desk's leads and return it with its number.

        A message is listed once: callers check `of_message` first.
        """
        row = self.connection.execute(
            insert(incidents)
            .values(
                kind=kind,
                person_team=person.team_id,
                person_user=person.user_id,
                desk=desk,
                at=now,
                channel_id=channel_id,
                message_ts=message_ts,
                request_id=request_id,
            )
            .returning(*incidents.c)
        )
        return _incident(row.mappings().one())

    def by_id(self, incident_id: int, *, lock: bool = False) -> Incident | None:
        """Return the incident with this number, or None.

        `lock` keeps other transactions from changing it until this one ends.
        """
        row = row_with(self.connection, incidents.c.id, incident_id, lock=lock)
        if row is None:
            return None
        return _incident(row)

    def of_message(self, channel_id: str, message_ts: str) -> Incident | None:
        """Return the incident about one Slack message, or None."""
        query = select(incidents).where(
            incidents.c.channel_id == channel_id, incidents.c.message_ts == message_ts
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _incident(row)

    def unseen(
        self,
        desks: Iterable[str],
        limit: int,
        *,
        not_about: Person | None = None,
    ) -> list[Incident]:
        """Return incidents of these desks that no lead has seen, oldest first.

        Incidents about one person can be left out.
        """
        query = (
            select(incidents)
            .where(incidents.c.desk.in_(list(desks)), incidents.c.seen_at.is_(None))
            .order_by(incidents.c.at, incidents.c.id)
            .limit(limit)
        )
        if not_about is not None:
            about = (incidents.c.person_team == not_about.team_id) & (
                incidents.c.person_user == not_about.user_id
            )
            query = query.where(~about)
        return [_incident(row) for row in self.connection.execute(query).mappings()]

    def unseen_of(
        self,
        kind: IncidentKind,
        person: Person,
        desk: str,
        since: datetime,
    ) -> Incident | None:
        """Return an unseen incident of the same kind, person and desk, or None.

        It keeps the same behaviour from being listed twice.
        """
        query = select(incidents).where(
            incidents.c.desk == desk,
            incidents.c.seen_at.is_(None),
            incidents.c.at >= since,
            incidents.c.kind == kind,
            incidents.c.person_team == person.team_id,
            incidents.c.person_user == person.user_id,
        )
        row = self.connection.execute(query.limit(1)).mappings().one_or_none()
        if row is None:
            return None
        return _incident(row)

    def mark_seen(
        self,
        incident_id: int,
        lead: Person,
        now: datetime,
    ) -> None:
        """Store which lead has dealt with an incident."""
        self.connection.execute(
            update(incidents)
            .where(incidents.c.id == incident_id, incidents.c.seen_at.is_(None))
            .values(
                seen_at=now,
                seen_by_team=lead.team_id,
                seen_by_user=lead.user_id,
            )
        )

    def mark_removed(self, incident_id: int, now: datetime) -> None:
        """Store that the shared message was removed."""
        self.connection.execute(
            update(incidents)
            .where(incidents.c.id == incident_id)
            .values(removed_at=now)
        )


def _incident(row: RowMapping) -> Incident:
    return Incident(
        id=row["id"],
        kind=IncidentKind(row["kind"]),
        person=Person(team_id=row["person_team"], user_id=row["person_user"]),
        desk=row["desk"],
        at=row["at"],
        channel_id=row["channel_id"],
        message_ts=row["message_ts"],
        request_id=row["request_id"],
        removed_at=row["removed_at"],
        seen_at=row["seen_at"],
        seen_by=person_of(row["seen_by_team"], row["seen_by_user"]),
    )
