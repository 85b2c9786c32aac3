"""Reports of personal information that listeners heard in snippets."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from storage.records import Person, PersonalReport, Side
from storage.tables import personal_reports


class PersonalReports:
    """Reads and writes reports of personal information."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, report: PersonalReport) -> None:
        """Store one report."""
        self.connection.execute(
            insert(personal_reports).values(
                request_id=report.request_id,
                reporter_team=report.reporter.team_id,
                reporter_user=report.reporter.user_id,
                side=report.side,
                reported_at=report.reported_at,
            )
        )

    def of_request(self, request_id: int) -> list[PersonalReport]:
        """Return the reports about a request, oldest first."""
        query = (
            select(personal_reports)
            .where(personal_reports.c.request_id == request_id)
            .order_by(personal_reports.c.id)
        )
        return [
            PersonalReport(
                request_id=row["request_id"],
                reporter=Person(
                    team_id=row["reporter_team"],
                    user_id=row["reporter_user"],
                ),
                side=Side(row["side"]),
                reported_at=row["reported_at"],
            )
            for row in self.connection.execute(query).mappings()
        ]

    def count_of(self, reporter: Person, since: datetime) -> int:
        """Return how often a person has reported since then, about any request."""
        query = (
            select(func.count())
            .select_from(personal_reports)
            .where(
                personal_reports.c.reporter_team == reporter.team_id,
                personal_reports.c.reporter_user == reporter.user_id,
                personal_reports.c.reported_at > since,
            )
        )
        return self.connection.execute(query).scalar_one()
