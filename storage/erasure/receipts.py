"""Receipts: one for each place an erasure has to clean."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    func,
    insert,
    or_,
    select,
    update,
)

from storage.records import Place, Receipt
from storage.rows import row_with
from storage.tables import (
    erasures,
    receipts,
)


class Receipts:
    """Reads and writes receipts."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        erasure_id: int,
        place: Place,
        *,
        due_at: datetime,
        request_id: int | None = None,
        done_at: datetime | None = None,
    ) -> Receipt:
        """Store one place to clean by `due_at`, and return its receipt.

        `done_at` is given for a place that is clean already.
        """
        row = self.connection.execute(
            insert(receipts)
            .values(
                erasure_id=erasure_id,
                place=place,
                request_id=request_id,
                due_at=due_at,
                done_at=done_at,
            )
            .returning(*receipts.c)
        )
        return _receipt(row.mappings().one())

    def by_id(self, receipt_id: int) -> Receipt | None:
        """Return the receipt with this number, or None."""
        found = row_with(self.connection, receipts.c.id, receipt_id)
        if found is None:
            return None
        return _receipt(found)

    def of_erasure(self, erasure_id: int) -> list[Receipt]:
        """Return the receipts of an erasure, oldest first."""
        query = (
            select(receipts)
            .where(receipts.c.erasure_id == erasure_id)
            .order_by(receipts.c.id)
        )
        return [_receipt(row) for row in self.connection.execute(query).mappings()]

    def open(self, *, clip_id: str | None = None) -> list[Receipt]:
        """Return receipts of places that are not clean yet, oldest first.

        With `clip_id`, only those of that clip and of people are returned.
        """
        query = (
            select(receipts)
            .join(erasures, erasures.c.id == receipts.c.erasure_id)
            .where(erasures.c.done_at.is_(None), receipts.c.done_at.is_(None))
            .order_by(receipts.c.id)
        )
        if clip_id is not None:
            query = query.where(
                or_(erasures.c.clip_id == clip_id, erasures.c.clip_id.is_(None))
            )
        return [_receipt(row) for row in self.connection.execute(query).mappings()]

    def close(self, receipt_id: int, now: datetime) -> None:
        """Store that the place is clean."""
        self.connection.execute(
            update(receipts)
            .where(receipts.c.id == receipt_id)
            .values(done_at=now, failure=None)
        )

    def fail(self, receipt_id: int, failure: str) -> None:
        """Store why the place could not be cleaned. The receipt stays open."""
        self.connection.execute(
            update(receipts)
            .where(receipts.c.id == receipt_id)
            .values(failure=failure[:80])
        )

    def count_overdue(self, now: datetime, held: Iterable[str]) -> int:
        """Return the number of places that are overdue, except those of held clips."""
        query = (
            select(func.count())
            .select_from(receipts)
            .join(erasures, erasures.c.id == receipts.c.erasure_id)
            .where(
                erasures.c.done_at.is_(None),
                receipts.c.done_at.is_(None),
                receipts.c.due_at < now,
                or_(
                    erasures.c.clip_id.is_(None), erasures.c.clip_id.not_in(list(held))
                ),
            )
        )
        return self.connection.execute(query).scalar_one()


def _receipt(row: RowMapping) -> Receipt:
    return Receipt(
        id=row["id"],
        erasure_id=row["erasure_id"],
        place=Place(row["place"]),
        request_id=row["request_id"],
        due_at=row["due_at"],
        done_at=row["done_at"],
        failure=row["failure"],
    )
