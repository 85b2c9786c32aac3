"""Numbers and ages of the outbox, for `help-clip check` and the metrics."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from storage.outbox.conditions import is_given_up
from storage.records.outbox import FailureCount
from storage.tables import outbox


class OutboxCounts:
    """Counts rows of the outbox."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def oldest_waiting(self) -> datetime | None:
        """Return when the oldest waiting row is or was due."""
        query = select(func.min(outbox.c.due_at)).where(outbox.c.done_at.is_(None))
        return self.connection.execute(query).scalar_one_or_none()

    def count_waiting(self) -> int:
        """Return the number of rows that are not done."""
        query = (
            select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
        )
        return self.connection.execute(query).scalar_one()

    def count_failures(self) -> list[FailureCount]:
        """Return how many rows wait after each failure, and how many were given up."""
        is_done = outbox.c.done_at.is_not(None)
        query = (
            select(outbox.c.failure, is_done.label("is_done"), func.count().label("n"))
            .where(outbox.c.failure.is_not(None))
            .group_by(outbox.c.failure, is_done)
            .order_by(outbox.c.failure)
        )
        return [
            FailureCount(failure=row.failure, given_up=bool(row.is_done), count=row.n)
            for row in self.connection.execute(query)
        ]

    def longest_waiting(self, but: Iterable[str]) -> datetime | None:
        """Return when the oldest waiting row was enqueued.

        Rows that wait for one of the reasons in `but` are left out.
        """
        may_count = or_(
            outbox.c.failure.is_(None),
            outbox.c.failure.not_in(list(but)),
        )
        query = select(func.min(outbox.c.enqueued_at)).where(
            outbox.c.done_at.is_(None), may_count
        )
        return self.connection.execute(query).scalar_one_or_none()

    def count_given_up(self) -> int:
        """Return the number of rows that were given up."""
        query = select(func.count()).select_from(outbox).where(is_given_up())
        return self.connection.execute(query).scalar_one()
