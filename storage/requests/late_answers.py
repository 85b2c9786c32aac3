"""Answers that arrived after their request was decided."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from storage.records import Answer, Person, Proposal
from storage.rows import Columns
from storage.tables import late_answers, requests
from storage.upsert import upsert


class LateAnswers:
    """Reads and writes late answers, one a person and request."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, late: Proposal) -> None:
        """Store a person's late answer; a later one replaces the earlier one."""
        values = {
            "request_id": late.request_id,
            "proposer_team": late.proposer.team_id,
            "proposer_user": late.proposer.user_id,
            "answer": late.answer,
            "text": late.text,
            "confidence": late.confidence,
            "made_at": late.made_at,
        }
        upsert(self.connection, late_answers, values)

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
        return {row["request_id"]: late_answer_of(row) for row in rows}


def late_answer_of(row: Columns) -> Proposal:
    """Return a row of `late_answers` as a record."""
    return Proposal(
        request_id=row["request_id"],
        proposer=Person(team_id=row["proposer_team"], user_id=row["proposer_user"]),
        answer=Answer(row["answer"]),
        text=row["text"],
        confidence=row["confidence"],
        made_at=row["made_at"],
    )
