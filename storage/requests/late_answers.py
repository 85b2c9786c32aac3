"""Answers that arrived after their request was decided."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.records import Person, Proposal
from storage.requests.proposals import answer_of, answer_values
from storage.tables import late_answers, requests
from storage.upsert import upsert


class LateAnswers:
    """Reads and writes late answers, one a person and request."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, late: Proposal) -> None:
        """Store a person's late answer; a later one replaces the earlier one."""
        upsert(self.connection, late_answers, answer_values(late))

    def are_kept(self, request_id: int) -> bool:
        """Return whether the texts of this request's answers are kept still."""
        query = select(requests.c.words_kept).where(requests.c.id == request_id)
        return bool(self.connection.execute(query).scalar_one())

    def of_person(
        self,
        person: Person,
        request_ids: Iterable[int],
    ) -> dict[int, Proposal]:
        """Return this person's late answers to these requests, by their ids."""
        query = select(late_answers).where(
            late_answers.c.request_id.in_(list(request_ids)),
            late_answers.c.proposer_team == person.team_id,
            late_answers.c.proposer_user == person.user_id,
        )
        rows = self.connection.execute(query).mappings()
        return {row["request_id"]: answer_of(row) for row in rows}
