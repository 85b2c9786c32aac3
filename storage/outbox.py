"""The outbox: work to do after commit, at least once, in order within a lane.

A row carries ids only. The worker that performs it reads the state at that time, so a
late row reports the newest state and two updates of one message collapse into one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    RowMapping,
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

from storage.records import OutboxRow, Task
from storage.tables import outbox, paces


class Outbox:
    """Enqueues, claims and finishes work."""

    enqueued = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def enqueue(
        self,
        task: Task,
        *,
        lane: str,
        now: datetime,
        request_id: int | None = None,
        argument: str | None = None,
    ) -> None:
        """Ask for `task` after commit. A waiting row that asks the same is enough."""
        self.enqueued = True
        # A worker that claimed the row, even long ago, may already have read the old
        # state. The lock keeps a worker from claiming the row meanwhile.
        same = (
            select(outbox.c.id)
            .where(
                outbox.c.task == task,
                outbox.c.lane == lane,
                outbox.c.request_id.is_not_distinct_from(request_id),
                outbox.c.argument.is_not_distinct_from(argument),
                outbox.c.done_at.is_(None),
                outbox.c.claimed_until.is_(None),
            )
            .with_for_update()
            .cte("same")
        )
        values = {
            "task": task,
            "lane": lane,
            "request_id": request_id,
            "argument": argument,
            "attempts": 0,
            "due_at": now,
        }
        row = [
            cast(literal(value, outbox.c[name].type), outbox.c[name].type).label(name)
            for name, value in values.items()
        ]
        new = select(*row).where(~exists(select(same.c.id)))
        self.connection.execute(insert(outbox).from_select(list(values), new))

    def was_enqueued(self, task: Task, lane: str, since: datetime) -> bool:
        """Whether this was asked for since then, done or not."""
        same = (outbox.c.task == task, outbox.c.lane == lane, outbox.c.due_at > since)
        return (
            self.connection.execute(select(outbox.c.id).where(*same)).first()
            is not None
        )

    def claim(
        self, tasks: Iterable[Task], *, now: datetime, lease: timedelta, limit: int = 10
    ) -> list[OutboxRow]:
        """Take due rows for `lease`, at most one a lane. Unfinished ones come back
        after it.
        """
        earlier = outbox.alias("earlier")
        blocked = exists().where(
            earlier.c.lane == outbox.c.lane,
            earlier.c.id < outbox.c.id,
            earlier.c.done_at.is_(None),
        )
        query = (
            select(outbox)
            .where(
                outbox.c.task.in_(list(tasks)),
                _waiting(now),
                outbox.c.due_at <= now,
                ~blocked,
            )
            .order_by(outbox.c.due_at, outbox.c.id)
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

    def finish(self, row_id: int, now: datetime, *, failure: str | None = None) -> None:
        """The row is done, or (with `failure`) given up."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id)
            .values(done_at=now, claimed_until=None, failure=failure)
        )

    def drop(self, row_id: int) -> None:
        """The row is done, and not worth keeping."""
        self.connection.execute(delete(outbox).where(outbox.c.id == row_id))

    def postpone(
        self,
        row: OutboxRow,
        due_at: datetime,
        *,
        failure: str | None = None,
        tried: bool = True,
    ) -> None:
        """Do the row at `due_at`. With `tried` False this try does not count: nothing
        was sent.

        Whoever claimed the row since, because its lease ran out, keeps it.
        """
        attempts = outbox.c.attempts if tried else outbox.c.attempts - 1
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.attempts == row.attempts)
            .values(
                due_at=due_at, claimed_until=None, failure=failure, attempts=attempts
            )
        )

    def hurry(self, request_ids: Iterable[int], now: datetime) -> None:
        """Do what was held back about these requests now."""
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

    def take_turn(self, channel_id: str, now: datetime, every: timedelta) -> datetime:
        """Take the channel's next turn if it is free at `now`; returns when it is or
        was free.
        """
        free_at = select(paces.c.free_at).where(paces.c.channel_id == channel_id)
        found = self.connection.execute(free_at.with_for_update())
        known: datetime | None = found.scalar_one_or_none()
        if known is None:
            # Should two replicas post to a channel for the first time at once, one
            # fails here, and its row is tried again.
            self.connection.execute(
                insert(paces).values(channel_id=channel_id, free_at=now + every)
            )
            return now
        if known <= now:
            self.connection.execute(
                update(paces)
                .where(paces.c.channel_id == channel_id)
                .values(free_at=now + every)
            )
        return known

    def next_due(self, tasks: Iterable[Task]) -> datetime | None:
        """When the next waiting row is due."""
        query = select(func.min(outbox.c.due_at)).where(
            outbox.c.task.in_(list(tasks)), outbox.c.done_at.is_(None)
        )
        # min() over a decorated column loses its type on some backends; the column's
        # own result processing is asked for explicitly.
        return self.connection.execute(
            select(query.scalar_subquery().cast(outbox.c.due_at.type))
        ).scalar_one_or_none()

    def lane_since(self, lane: str, since: datetime) -> list[OutboxRow]:
        """The rows of a lane that were due at `since` or later, done ones included."""
        query = select(outbox).where(outbox.c.lane == lane, outbox.c.due_at >= since)
        rows = self.connection.execute(query.order_by(outbox.c.id))
        return [_row(row) for row in rows.mappings()]

    def oldest_waiting(self) -> datetime | None:
        """When the row that is not done for longest was due."""
        return self.next_due(list(Task))

    def count_waiting(self) -> int:
        """How many rows are not done."""
        query = (
            select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None))
        )
        return self.connection.execute(query).scalar_one()

    def count_given_up(self) -> int:
        """How many rows were given up."""
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


def _row(row: RowMapping) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        task=Task(row["task"]),
        lane=row["lane"],
        request_id=row["request_id"],
        argument=row["argument"],
        attempts=row["attempts"] + 1,
        due_at=row["due_at"],
        failure=row["failure"],
    )
