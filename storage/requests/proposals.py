"""Blind answers, and the people who declined to give one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    insert,
    select,
)

from storage.records import (
    Answer,
    Person,
    Proposal,
)
from storage.rows import Columns
from storage.tables import (
    declines,
    proposals,
    requests,
)
from storage.upsert import upsert

# Built once, and a part of a larger statement too: proposals that are not withdrawn.
STANDING = select(proposals).where(
    proposals.c.request_id == bindparam("request_id"),
    proposals.c.withdrawn_at.is_(None),
)


class Proposals:
    """Reads and writes proposals and declined requests."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, proposal: Proposal) -> None:
        """Store a person's answer; a later one replaces the earlier one."""
        values = {**answer_values(proposal), "withdrawn_at": proposal.withdrawn_at}
        upsert(self.connection, proposals, values)

    def of_request(self, request_id: int) -> list[Proposal]:
        """Return the standing proposals, oldest first, without withdrawn ones."""
        rows = self.connection.execute(STANDING, {"request_id": request_id})
        standing = [proposal_of(row) for row in rows.mappings()]
        return sorted(standing, key=lambda x: (x.made_at, x.proposer.user_id))

    def by_person(self, request_id: int, person: Person) -> Proposal | None:
        """Return this person's standing proposal, if there is one."""
        return next(
            (p for p in self.of_request(request_id) if p.proposer == person), None
        )

    def of_person(
        self,
        person: Person,
        request_ids: Iterable[int],
    ) -> dict[int, Proposal]:
        """Return this person's standing answers to these requests, by their ids."""
        query = select(proposals).where(
            proposals.c.request_id.in_(list(request_ids)),
            proposals.c.proposer_team == person.team_id,
            proposals.c.proposer_user == person.user_id,
            proposals.c.withdrawn_at.is_(None),
        )
        rows = self.connection.execute(query).mappings()
        return {row["request_id"]: proposal_of(row) for row in rows}

    def add_decline(
        self,
        request_id: int,
        person: Person,
        now: datetime,
    ) -> bool:
        """Store that a person declined; return False if they had declined before."""
        if self.has_declined(request_id, person):
            return False
        self.connection.execute(
            insert(declines).values(
                request_id=request_id,
                team_id=person.team_id,
                user_id=person.user_id,
                declined_at=now,
            )
        )
        return True

    def has_declined(self, request_id: int, person: Person) -> bool:
        """Return whether this person declined the request."""
        query = select(declines.c.request_id).where(
            declines.c.request_id == request_id,
            declines.c.team_id == person.team_id,
            declines.c.user_id == person.user_id,
        )
        return self.connection.execute(query).first() is not None

    def proposers_since(self, since: datetime) -> list[Person]:
        """Return the people who have answered since then."""
        query = (
            select(proposals.c.proposer_team, proposals.c.proposer_user)
            .where(proposals.c.made_at >= since, proposals.c.withdrawn_at.is_(None))
            .distinct()
        )
        rows = self.connection.execute(query.order_by(proposals.c.proposer_user))
        return [Person(team_id=team, user_id=user) for team, user in rows]

    def settled_words_of(
        self, person: Person, since: datetime
    ) -> list[tuple[str, str, str]]:
        """Return answer, settled word and locale of requests settled since then."""
        query = (
            select(proposals.c.text, requests.c.settled_text, requests.c.locale)
            .join(requests, requests.c.id == proposals.c.request_id)
            .where(
                proposals.c.proposer_team == person.team_id,
                proposals.c.proposer_user == person.user_id,
                proposals.c.withdrawn_at.is_(None),
                proposals.c.text.is_not(None),
                requests.c.settled_text.is_not(None),
                requests.c.closed_at >= since,
            )
        )
        return [
            (text, settled, locale)
            for text, settled, locale in self.connection.execute(query)
        ]


def proposal_of(row: Columns) -> Proposal:
    """Return a row of `proposals` as a record."""
    return replace(answer_of(row), withdrawn_at=row["withdrawn_at"])


def answer_values(proposal: Proposal) -> dict[str, Any]:
    """Return the columns that an answer has, counted or late."""
    return {
        "request_id": proposal.request_id,
        "proposer_team": proposal.proposer.team_id,
        "proposer_user": proposal.proposer.user_id,
        "answer": proposal.answer,
        "text": proposal.text,
        "confidence": proposal.confidence,
        "made_at": proposal.made_at,
    }


def answer_of(row: Columns) -> Proposal:
    """Return a row with the columns of an answer as a record."""
    return Proposal(
        request_id=row["request_id"],
        proposer=Person(team_id=row["proposer_team"], user_id=row["proposer_user"]),
        answer=Answer(row["answer"]),
        text=row["text"],
        confidence=row["confidence"],
        made_at=row["made_at"],
    )
