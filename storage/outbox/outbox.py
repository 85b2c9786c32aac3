"""The outbox: work to do after commit, at least once, in order within a lane.

A row carries ids only. Its worker reads the state when it performs the row, so a late
row reports the newest state, and two updates of one message collapse into one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

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

from storage.outbox.conditions import is_blocked, is_paced, is_unclaimed
from storage.outbox.payloads import decode_payload, encode_payload
from storage.outbox.turns import TO_CHANNEL_OF_DESK, desk_of, next_turn
from storage.records.outbox import OutboxRow, Payload, Task
from storage.tables import outbox, paces

# Their done rows keep the same message from being sent twice a day.
_LOOKED_FOR = (Task.NOTIFY_LINK_TRIED, Task.NUDGE_PERSON, Task.ASK_TO_HELP)
# The person who looked last looks most likely still. Slack takes fewer updates than
# posts, so that updates may wait for hours: the newest threads are read most.
_NEWEST_FIRST = (Task.PUBLISH_HOME, Task.UPDATE_THREAD)
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
        row: list[ColumnElement[Any]] = [
            cast(literal(value, outbox.c[name].type), outbox.c[name].type).label(name)
            for name, value in values.items()
        ]
        desk = desk_of(request_id)
        row += [desk.label("desk"), next_turn(payload.task, desk).label("turn")]
        new = select(*row).where(~exists(select(same.c.id)))
        names = [*values, "desk", "turn"]
        self.connection.execute(insert(outbox).from_select(names, new))

    def was_enqueued(self, payload: Payload, since: datetime) -> bool:
        """Return whether this task was due in this lane after `since`, done or not.

        Raises `ValueError` for a task whose done rows are not kept for long.
        """
        if payload.task not in _LOOKED_FOR:
            raise ValueError(f"done rows are not kept: {payload.task}")
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

        Rows of the first task come first, of Home views and updates the newest; the
        desks take turns within a task. A row that is not finished when the lease ends
        can be claimed again.
        """
        ranks = {task: rank for rank, task in enumerate(tasks)}
        is_newest_first = outbox.c.task.in_(_NEWEST_FIRST)
        newest_first = case((is_newest_first, outbox.c.id), else_=0)
        query = (
            select(outbox)
            .where(
                outbox.c.task.in_(list(ranks)),
                is_unclaimed(now),
                outbox.c.due_at <= now,
                ~is_blocked(),
                ~is_paced(now),
            )
            .order_by(
                case(ranks, value=outbox.c.task),
                newest_first.desc(),
                outbox.c.turn,
                outbox.c.due_at,
                outbox.c.id,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = [_row(row) for row in self.connection.execute(query).mappings()]
        if not rows:
            return []
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(
                claimed_until=now + lease,
                attempts=outbox.c.attempts + 1,
                defects=outbox.c.defects + 1,
            )
        )
        return rows

    def finish(
        self,
        row_id: int,
        now: datetime,
        *,
        failure: str | None = None,
        is_defect: bool = False,
    ) -> None:
        """Mark a row as done or, with `failure`, as given up.

        With `is_defect`, the row is kept until a person retries or drops it.
        """
        change: dict[str, Any] = {
            "done_at": now,
            "claimed_until": None,
            "failure": failure,
        }
        if not is_defect:
            change["defects"] = 0
        self.connection.execute(
            update(outbox).where(outbox.c.id == row_id).values(**change)
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
        is_defect: bool = False,
    ) -> None:
        """Make a row due again at `due_at`, and when what it `waits_for` is free.

        `waits_for` is a paced channel or method. With `tried` False the attempt does
        not count: nothing was sent. `is_defect`: the attempt ended in a defect. A
        worker that claimed the row since, because the lease ended, keeps it.
        """
        change: dict[str, Any] = {
            "due_at": due_at,
            "claimed_until": None,
            "failure": failure,
            "waits_for": waits_for,
        }
        if tried:
            # It was its turn before: a retry goes first once it is due.
            change["turn"] = 0
        else:
            change["attempts"] = outbox.c.attempts - 1
        if not is_defect:
            change["defects"] = 0
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.attempts == row.attempts)
            .values(**change)
        )
        if waits_for is not None:
            self._let_desk_wait(row, waits_for)

    def _let_desk_wait(self, row: OutboxRow, waits_for: str) -> None:
        """Let the rows that go to the same channel wait too, without a try of each."""
        if row.payload.task not in TO_CHANNEL_OF_DESK or row.desk is None:
            return
        others = (
            select(outbox.c.id)
            .where(
                outbox.c.task == row.payload.task,
                outbox.c.desk == row.desk,
                outbox.c.done_at.is_(None),
                outbox.c.claimed_until.is_(None),
                outbox.c.waits_for.is_distinct_from(waits_for),
            )
            .with_for_update(skip_locked=True)
        )
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(others.scalar_subquery()))
            .values(waits_for=waits_for)
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
                ~is_blocked(),
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

    def forget_done(self, before: datetime, limit: int) -> None:
        """Delete at most `limit` rows that succeeded before `before`.

        Rows that `was_enqueued` looks for stay.
        """
        is_needless = outbox.c.failure.is_(None) & outbox.c.task.not_in(_LOOKED_FOR)
        self._forget(is_needless, before, limit)

    def forget_finished(self, before: datetime, limit: int) -> None:
        """Delete at most `limit` rows that succeeded or were given up before `before`.

        Given-up deliveries and erasures stay, and so do defects: a person has to bring
        them to an end.
        """
        may_be_forgotten = outbox.c.task.not_in(_KEPT) & (outbox.c.defects == 0)
        is_at_an_end = or_(outbox.c.failure.is_(None), may_be_forgotten)
        self._forget(is_at_an_end, before, limit)

    def _forget(
        self,
        which: ColumnElement[bool],
        before: datetime,
        limit: int,
    ) -> None:
        done = select(outbox.c.id).where(outbox.c.done_at < before, which).limit(limit)
        self.connection.execute(
            delete(outbox).where(outbox.c.id.in_(done.scalar_subquery()))
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
        desk=row["desk"],
        defects=row["defects"] + 1,
    )
