"""Requests with all answers, rulings, appeals and reports, in pieces of bounded size."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Column, Connection, Select, Table, func, select

from storage.records import Person, Proposal, Request, WorkedRequest
from storage.requests.adjudications import adjudication_of
from storage.requests.appeals import appeal_of
from storage.requests.proposals import proposal_of
from storage.requests.request_rows import request_of
from storage.rows import Columns
from storage.tables import (
    adjudications,
    appeals,
    personal_reports,
    proposals,
    requests,
)

# Requests read at a time: within SQLite's limit of values in a statement.
PIECE = 500
_Record = TypeVar("_Record")


@dataclass(frozen=True, kw_only=True)
class AskedWithin:
    """The requests of these desks that were asked in [since, until)."""

    desks: frozenset[str]
    since: datetime
    until: datetime


class WorkedRequests:
    """Reads requests with all that people did on them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest_first(self, asked: AskedWithin) -> Iterator[WorkedRequest]:
        """Yield the requests, newest first; only one piece of them is held at a time."""
        below: int | None = None
        while piece := self._requests(asked, below):
            yield from self._worked(piece)
            below = piece[-1].id

    def answered_by(
        self,
        person: Person,
        since: datetime,
    ) -> list[tuple[Request, Proposal]]:
        """Return the person's standing answers since then, each with its request."""
        answered = (
            select(proposals)
            .where(
                proposals.c.proposer_team == person.team_id,
                proposals.c.proposer_user == person.user_id,
                proposals.c.withdrawn_at.is_(None),
                proposals.c.made_at >= since,
            )
            .order_by(proposals.c.request_id)
        )
        rows = self.connection.execute(answered).mappings()
        own = {row["request_id"]: proposal_of(row) for row in rows}
        found = []
        ids = list(own)
        for first in range(0, len(ids), PIECE):
            piece = ids[first : first + PIECE]
            query = select(requests).where(requests.c.id.in_(piece))
            for row in self.connection.execute(query).mappings():
                request = request_of(row)
                found.append((request, own[request.id]))
        return found

    def _requests(
        self,
        asked: AskedWithin,
        below: int | None,
    ) -> list[Request]:
        query = select(requests).where(
            requests.c.desk.in_(asked.desks),
            requests.c.asked_at >= asked.since,
            requests.c.asked_at < asked.until,
        )
        if below is not None:
            query = query.where(requests.c.id < below)
        ordered = query.order_by(requests.c.id.desc()).limit(PIECE)
        return [request_of(row) for row in self.connection.execute(ordered).mappings()]

    def _worked(self, piece: Collection[Request]) -> Iterator[WorkedRequest]:
        ids = [request.id for request in piece]
        answers = self._of_each(
            ids,
            proposals,
            proposals.c.made_at,
            proposal_of,
        )
        rulings = self._of_each(
            ids,
            adjudications,
            adjudications.c.id,
            adjudication_of,
        )
        appealed = self._of_each(
            ids,
            appeals,
            appeals.c.made_at,
            appeal_of,
        )
        reports = self._count_reports(ids)
        for request in piece:
            standing = [
                each for each in answers[request.id] if each.withdrawn_at is None
            ]
            yield WorkedRequest(
                request=request,
                proposals=tuple(standing),
                adjudications=tuple(rulings[request.id]),
                appeals=tuple(appealed[request.id]),
                masking_reports=reports.get(request.id, 0),
            )

    def _of_each(
        self,
        ids: Collection[int],
        table: Table,
        order: Column[datetime] | Column[int],
        read: Callable[[Columns], _Record],
    ) -> dict[int, list[_Record]]:
        """Return the rows of each request as records, in this order."""
        query: Select[tuple[object, ...]] = select(table).where(
            table.c.request_id.in_(ids)
        )
        found: dict[int, list[_Record]] = defaultdict(list)
        for row in self.connection.execute(query.order_by(order)).mappings():
            found[row["request_id"]].append(read(row))
        return found

    def _count_reports(self, ids: Collection[int]) -> dict[int, int]:
        query = (
            select(personal_reports.c.request_id, func.count().label("reports"))
            .where(personal_reports.c.request_id.in_(ids))
            .group_by(personal_reports.c.request_id)
        )
        rows = self.connection.execute(query)
        return {row.request_id: row.reports for row in rows}
