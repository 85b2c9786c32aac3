"""Claims: the lead at work on a dispute now, so that no second one takes it."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from storage.records import Claim, Person
from storage.tables import claims
from storage.upsert import upsert


class Claims:
    """Reads and writes claims. A claim lapses; its row may stay a while."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of_request(self, request_id: int) -> Claim | None:
        """Return the newest claim on this request, lapsed or not."""
        query = select(claims).where(claims.c.request_id == request_id)
        row = self.connection.execute(query).mappings().first()
        if row is None:
            return None
        return Claim(
            request_id=row["request_id"],
            lead=Person(team_id=row["team_id"], user_id=row["user_id"]),
            since=row["since"],
            active_at=row["active_at"],
        )

    def put(self, claim: Claim) -> None:
        """Store a claim in the place of the request's former one."""
        values = {
            "request_id": claim.request_id,
            "team_id": claim.lead.team_id,
            "user_id": claim.lead.user_id,
            "since": claim.since,
            "active_at": claim.active_at,
        }
        upsert(self.connection, claims, values)

    def held_by_others(
        self,
        lead: Person,
        *,
        active_after: datetime,
        begun_after: datetime,
    ) -> set[int]:
        """Return the ids of requests that other leads work on, by claims that count."""
        query = select(claims.c.request_id).where(
            claims.c.active_at > active_after,
            claims.c.since > begun_after,
            or_(
                claims.c.team_id != lead.team_id,
                claims.c.user_id != lead.user_id,
            ),
        )
        return set(self.connection.execute(query).scalars())

    def drop(self, request_id: int) -> None:
        """Delete the claim on a request."""
        self.connection.execute(delete(claims).where(claims.c.request_id == request_id))

    def forget_person(self, person: Person) -> None:
        """Delete the claims of this person."""
        self.connection.execute(
            delete(claims).where(
                claims.c.team_id == person.team_id,
                claims.c.user_id == person.user_id,
            )
        )

    def forget_before(self, moment: datetime) -> None:
        """Delete claims that have lapsed by then."""
        self.connection.execute(delete(claims).where(claims.c.active_at < moment))
