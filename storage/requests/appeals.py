"""Appeals against settled words."""

from sqlalchemy import Connection, insert, select

from storage.records import Appeal, Person
from storage.rows import Columns
from storage.tables import appeals


class Appeals:
    """Reads and writes appeals."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, appeal: Appeal) -> None:
        """Store a person's one appeal on a request."""
        self.connection.execute(
            insert(appeals).values(
                request_id=appeal.request_id,
                team_id=appeal.person.team_id,
                user_id=appeal.person.user_id,
                reason=appeal.reason,
                made_at=appeal.made_at,
            )
        )

    def of_request(self, request_id: int) -> list[Appeal]:
        """Return the appeals on one request, oldest first."""
        query = select(appeals).where(appeals.c.request_id == request_id)
        ordered = query.order_by(appeals.c.made_at, appeals.c.user_id)
        rows = self.connection.execute(ordered).mappings()
        return [appeal_of(row) for row in rows]


def appeal_of(row: Columns) -> Appeal:
    """Return a row of `appeals` as a record."""
    return Appeal(
        request_id=row["request_id"],
        person=Person(team_id=row["team_id"], user_id=row["user_id"]),
        reason=row["reason"],
        made_at=row["made_at"],
    )
