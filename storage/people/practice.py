"""What people did with the synthetic recordings of the practice."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from storage.records import Person, PracticeResult
from storage.tables import practice, proposals
from storage.upsert import upsert


class Practice:
    """Reads and writes the results of exercises."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def save(
        self,
        person: Person,
        exercise: str,
        result: PracticeResult,
        now: datetime,
    ) -> None:
        """Store how an exercise ended; a later result replaces an earlier one."""
        values = {
            "team_id": person.team_id,
            "user_id": person.user_id,
            "exercise": exercise,
            "result": result,
            "done_at": now,
        }
        upsert(self.connection, practice, values)

    def results_of(self, person: Person) -> Mapping[str, PracticeResult]:
        """Return the person's results by the key of the exercise."""
        query = select(practice.c.exercise, practice.c.result).where(
            practice.c.team_id == person.team_id,
            practice.c.user_id == person.user_id,
        )
        rows = self.connection.execute(query)
        return {row.exercise: PracticeResult(row.result) for row in rows}

    def is_new(self, person: Person) -> bool:
        """Return whether the person has neither practised nor answered a request."""
        if self.results_of(person):
            return False
        answered = select(proposals.c.request_id).where(
            proposals.c.proposer_team == person.team_id,
            proposals.c.proposer_user == person.user_id,
        )
        return self.connection.execute(answered.limit(1)).first() is None
