"""Results to deliver to the result sink."""

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.records import Answer, Result, Span
from storage.tables import results


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

    def count_of_request(self, request_id: int) -> int:
        """How many results this request has had, later changes included."""
        query = select(results.c.id).where(results.c.request_id == request_id)
        return len(self.connection.execute(query).all())


def _result(body: str) -> Result:
    values = json.loads(body)
    values["span"] = Span(**values["span"])
    values["dissent"] = tuple(values["dissent"])
    values["settled_at"] = datetime.fromisoformat(values["settled_at"])
    values["answer"] = Answer(values["answer"])
    return Result(**values)
