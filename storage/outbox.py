"""The outbox: work to do after commit, at least once, in order within a lane.

A row carries ids only. Its worker reads the state when it performs the row, so a late
row reports the newest state, and two updates of one message collapse into one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    RowMapping,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.outbox_payloads import decode_payload, encode_payload
from storage.records.outbox import FailureCount, OutboxRow, Payload, Task
from storage.tables import outbox, paces

_KEPT = (Task.DELIVER_RESULT, Task.ERASE_PLACE, Task.ERASE_ACCIDENTAL)


class Outbox:
    """Enqueues, claims and finishes work."""

    enqueued = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def enqueue(self, payload: Payload, *, now: datetime) -> None:
        """Ask for work after commit, unless a waiting row asks for the same."""
        self.enqueued = True
        request_id, argument = encode_payload(payload)
        # A worker that claimed the row, even long ago, may already have read the old
        # state. The lock keeps a worker from claiming the row meanwhile.
        same = (
            select(outbox.c.id)
            .where(
                outbox.c.task == payload.task,
                outbox.c.lane == payload.lane,
                outbox.c.request_id.is_not_distinct_from(request_id),
                outbox.c.argument.is_not_distinct_from(argument),
                outbox.c.done_at.is_(None),
                outbox.c.claimed_until.is_(None),
            )
            .with_for_update()
            .cte("same")
        )
        values = {
            "task": payload.task,
            "lane": payload.lane,
            "request_id": request_id,
            "argument": argument,
            "attempts": 0,
            "due_at": now,
            "enqueued_at": now,
        }
        row = [
            cast(literal(value, outbox.c[name].type), outbox.c[name].type).label(name)
            for name, value in values.items()
        ]
        new = select(*row).where(~exists(select(same.c.id)))
        self.connection.execute(insert(outbox).from_select(list(values), new))

    def was_enqueued(self, payload: Payload, since: datetime) -> bool:
        """Return whether this task was due in this lane after `since`, done or not."""
        query = select(outbox.c.id).where(
            outbox.c.task == payload.task,
            outbox.c.lane == payload.lane,
            outbox.c.due_at > since,
        )
        return self.connection.execute(query).first() is not None

    def claim(
        self,
        tasks: Iterable[Task],
        *,
        now: datetime,
        lease: timedelta,
        limit: int = 10,
    ) -> list[OutboxRow]:
        """Claim due rows for `lease`, at most one a lane.

        Rows of the first task come first. A row that is not finished when the lease
        ends can be claimed again.
        """
        ranks = {task: rank for rank, task in enumerate(tasks)}
        query = (
            select(outbox)
            .where(
                outbox.c.task.in_(list(ranks)),
                _waiting(now),
                outbox.c.due_at <= now,
                ~_blocked(),
                ~_paced(now),
            )
            .order_by(
                case(ranks, value=outbox.c.task),
                outbox.c.due_at,
                outbox.c.id,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = [_row(row) for row in self.connection.execute(query).mappings()]
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(claimed_until=now + lease, attempts=outbox.c.attempts + 1)
        )
        return rows

    def finish(
        self,
        row_id: int,
        now: datetime,
        *,
        failure: str | None = None,
    ) -> None:
        """Mark a row as done or, with `failure`, as given up."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id)
            .values(
                done_at=now,
                claimed_until=None,
                failure=failure,
            )
        )

    def drop(self, row_id: int) -> None:
        """Delete a finished row."""
        self.connection.execute(delete(outbox).where(outbox.c.id == row_id))

    def postpone(
        self,
        row: OutboxRow,
        due_at: datetime,
        *,
        failure: str | None = None,
        tried: bool = True,
        waits_for: str | None = None,
    ) -> None:
        """Make a row due again at `due_at`, and when what it `waits_for` is free.

        `waits_for` is a paced channel or method. With `tried` False the attempt does
        not count: nothing was sent. A worker that claimed the row since, because the
        lease ended, keeps it.
        """
        attempts = outbox.c.attempts - 1
        if tried:
            attempts = outbox.c.attempts
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.attempts == row.attempts)
            .values(
                due_at=due_at,
                claimed_until=None,
                failure=failure,
                attempts=attempts,
                waits_for=waits_for,
            )
        )

    def hurry(self, request_ids: Iterable[int], now: datetime) -> None:
        """Make the postponed rows about these requests due now."""
        self.enqueued = True
        self.connection.execute(
            update(outbox)
            .where(
                outbox.c.request_id.in_(list(request_ids)),
                outbox.c.done_at.is_(None),
                outbox.c.claimed_until.is_(None),
                outbox.c.due_at > now,
            )
            .values(due_at=now)
        )

    def next_due(self, tasks: Iterable[Task]) -> datetime | None:
        """Return when the next row of these tasks can be claimed, if any waits."""
        claimable_at: ColumnElement[datetime] = outbox.c.due_at
        for other in (outbox.c.claimed_until, paces.c.free_at):
            claimable_at = case((other > claimable_at, other), else_=claimable_at)
        query = (
            select(func.min(claimable_at))
            .select_from(outbox.outerjoin(paces, paces.c.paced == outbox.c.waits_for))
            .where(
                outbox.c.task.in_(list(tasks)),
                outbox.c.done_at.is_(None),
                ~_blocked(),
            )
        )
        return self.connection.execute(query).scalar_one_or_none()

    def reasons(self, task: Task) -> dict[str, str]:
        """Return why rows of a task were postponed last, by lane."""
        query = select(outbox.c.lane, outbox.c.failure).where(
            outbox.c.task == task,
            outbox.c.done_at.is_(None),
            outbox.c.failure.is_not(None),
        )
        return {row.lane: row.failure for row in self.connection.execute(query)}

    def lane_since(self, lane: str, since: datetime) -> list[OutboxRow]:
        """Return the rows of a lane due at `since` or later, done ones included."""
        query = select(outbox).where(outbox.c.lane == lane, outbox.c.due_at >= since)
        rows = self.connection.execute(query.order_by(outbox.c.id))
        return [_row(row) for row in rows.mappings()]

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

    def forget_done(self, before: datetime, limit: int) -> None:
        """Delete at most `limit` rows done before `before`.

        Given-up deliveries and erasures stay: a person has to bring them to an end.
        """
        is_at_an_end = or_(
            outbox.c.failure.is_(None),
            outbox.c.task.not_in(_KEPT),
        )
        done = (
            select(outbox.c.id)
            .where(outbox.c.done_at < before, is_at_an_end)
            .limit(limit)
        )
        self.connection.execute(
            delete(outbox).where(outbox.c.id.in_(done.scalar_subquery()))
        )

    def count_given_up(self) -> int:
        """Return the number of rows that were given up."""
        query = (
            select(func.count())
            .select_from(outbox)
            .where(outbox.c.done_at.is_not(None), outbox.c.failure.is_not(None))
        )
        return self.connection.execute(query).scalar_one()


def _waiting(now: datetime) -> ColumnElement[bool]:
    return outbox.c.done_at.is_(None) & or_(
        outbox.c.claimed_until.is_(None), outbox.c.claimed_until < now
    )


def _blocked() -> ColumnElement[bool]:
    """Return whether an earlier row of the lane is not done.

    An update of a message shows the newest state whenever it comes, so that nothing
    waits for it.
    """
    earlier = outbox.alias("earlier")
    return exists().where(
        earlier.c.lane == outbox.c.lane,
        earlier.c.id < outbox.c.id,
        earlier.c.done_at.is_(None),
        earlier.c.task != Task.UPDATE_THREAD,
    )


def _paced(now: datetime) -> ColumnElement[bool]:
    """Return whether the channel or method that a row waits for is not free."""
    return exists().where(
        paces.c.paced == outbox.c.waits_for,
        paces.c.free_at > now,
    )


def _row(row: RowMapping) -> OutboxRow:
    payload = decode_payload(
        Task(row["task"]), row["lane"], row["request_id"], row["argument"]
    )
    return OutboxRow(
        id=row["id"],
        payload=payload,
        lane=row["lane"],
        attempts=row["attempts"] + 1,
        due_at=row["due_at"],
        failure=row["failure"],
    )
