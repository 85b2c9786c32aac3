"""Decisions of leads on disputed requests."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from storage.records import Adjudication, Answer, Person
from storage.rows import Columns
from storage.tables import adjudications


class Adjudications:
    """Reads and writes adjudications; earlier ones are never changed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, adjudication: Adjudication) -> None:
        """Append a decision; earlier ones stay."""
        self.connection.execute(
            insert(adjudications).values(
                request_id=adjudication.request_id,
                lead_team=adjudication.lead.team_id,
                lead_user=adjudication.lead.user_id,
                answer=adjudication.answer,
                text=adjudication.text,
                reason=adjudication.reason,
                made_at=adjudication.made_at,
            )
        )

    def of_request(self, request_id: int) -> list[Adjudication]:
        """All decisions on one request, oldest first."""
        query = select(adjudications).where(adjudications.c.request_id == request_id)
        rows = self.connection.execute(query.order_by(adjudications.c.id))
        return [adjudication_of(row) for row in rows.mappings()]

    def newest_reasons(self, request_ids: Iterable[int]) -> dict[int, str]:
        """Return the reason of the newest decision on each request that has one."""
        query = (
            select(adjudications.c.request_id, adjudications.c.reason)
            .where(adjudications.c.request_id.in_(list(request_ids)))
            .order_by(adjudications.c.id)
        )
        rows = self.connection.execute(query)
        return {row.request_id: row.reason for row in rows}


def adjudication_of(row: Columns) -> Adjudication:
    """Return a row of `adjudications` as a record."""
    return Adjudication(
        request_id=row["request_id"],
        lead=Person(team_id=row["lead_team"], user_id=row["lead_user"]),
        answer=Answer(row["answer"]),
        text=row["text"],
        reason=row["reason"],
        made_at=row["made_at"],
    )
