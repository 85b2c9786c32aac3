"""Results to deliver to the result sink."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.records import Action, Answer, Result, Span
from storage.tables import events, requests, results

_LEFT_OUT = 100


class Results:
    """Reads and writes results."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, request_id: int, result: Result) -> None:
        """Store a result to deliver; the same id replaces nothing and adds nothing."""
        known = select(results.c.id).where(results.c.id == result.id)
        if self.connection.execute(known).first() is not None:
            return
        body = asdict(result)
        body["settled_at"] = result.settled_at.isoformat()
        row = insert(results).values(
            id=result.id,
            request_id=request_id,
            body=json.dumps(body),
            settled_at=result.settled_at,
        )
        self.connection.execute(row)

    def by_id(self, result_id: str) -> Result | None:
        """A result by its id."""
        query = select(results.c.body).where(results.c.id == result_id)
        body = self.connection.execute(query).scalar_one_or_none()
        if body is None:
            return None
        return _result(body)

    def newest(self, limit: int) -> list[Result]:
        """The newest results, oldest of them first."""
        query = select(results.c.body).order_by(
            results.c.settled_at.desc(), results.c.id.desc()
        )
        bodies = self.connection.execute(query.limit(limit)).scalars().all()
        return [_result(body) for body in reversed(bodies)]

    def count(self) -> int:
        """Return the number of all results."""
        query = select(func.count()).select_from(results)
        return self.connection.execute(query).scalar_one()

    def mark_delivered(self, result_id: str, now: datetime) -> bool:
        """The sink has it. Whether that is news."""
        new = update(results).where(
            results.c.id == result_id, results.c.delivered_at.is_(None)
        )
        return self.connection.execute(new.values(delivered_at=now)).rowcount == 1

    def next_number(self, request_id: int) -> int:
        """Return the number of the request's next result.

        The sink may hold results of a time that a restore of the database lost: each
        restore after the request was asked leaves a hundred numbers out.
        """
        earlier = select(func.count()).where(results.c.request_id == request_id)
        asked_at = select(requests.c.asked_at).where(requests.c.id == request_id)
        n_restores = select(func.count()).where(
            events.c.action == Action.DATABASE_RESTORED,
            events.c.at > asked_at.scalar_subquery(),
        )
        counts = select(earlier.scalar_subquery(), n_restores.scalar_subquery())
        n_earlier, n_later = self.connection.execute(counts).one()
        return int(n_earlier + 1 + _LEFT_OUT * n_later)


def _result(body: str) -> Result:
    values = json.loads(body)
    values["span"] = Span(**values["span"])
    values["dissent"] = tuple(values["dissent"])
    values["settled_at"] = datetime.fromisoformat(values["settled_at"])
    values["answer"] = Answer(values["answer"])
    return Result(**values)
