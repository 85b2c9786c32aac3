"""Tasks that fail or were given up, for people to retry or drop."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, select, update

from storage.outbox.conditions import is_given_up
from storage.records.outbox import GivenUpTask, Task, TaskCount
from storage.tables import outbox

_GIVEN_UP = is_given_up()
_FAILED = outbox.c.failure.is_not(None)
_WAITS = outbox.c.done_at.is_(None)


class GivenUpTasks:
    """Reads, retries and drops tasks that fail or were given up."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest(self, limit: int) -> list[GivenUpTask]:
        """Return the tasks that were given up, newest first."""
        query = select(outbox).where(_GIVEN_UP)
        ordered = query.order_by(outbox.c.done_at.desc(), outbox.c.id.desc())
        return self._read(ordered.limit(limit))

    def failing(self, limit: int) -> list[GivenUpTask]:
        """Return the tasks that wait after a failed attempt, oldest first."""
        query = select(outbox).where(_WAITS, _FAILED).order_by(outbox.c.id)
        return self._read(query.limit(limit))

    def by_id(self, task_id: int, *, lock: bool = False) -> GivenUpTask | None:
        """Return a task that was given up or that failed and waits."""
        query = select(outbox).where(outbox.c.id == task_id, _FAILED)
        if lock:
            query = query.with_for_update()
        return next(iter(self._read(query)), None)

    def retry(self, task_id: int, now: datetime) -> None:
        """Let a task that fails or was given up be performed now."""
        self.connection.execute(
            update(outbox)
            .where(outbox.c.id == task_id, _FAILED)
            .values(
                done_at=None,
                claimed_until=None,
                failure=None,
                due_at=now,
                enqueued_at=now,
                turn=0,
                defects=0,
                waits_for=None,
            )
        )

    def drop(self, task_id: int) -> None:
        """Delete a task that fails or was given up."""
        self.connection.execute(delete(outbox).where(outbox.c.id == task_id, _FAILED))

    def counts(self) -> list[TaskCount]:
        """Return how many of each task were given up, and when the oldest was."""
        return self._count(
            select(outbox.c.task, func.count(), func.min(outbox.c.done_at))
            .where(_GIVEN_UP)
            .group_by(outbox.c.task)
        )

    def waiting_counts(self) -> list[TaskCount]:
        """Return how many of each task wait, and since when the oldest is due."""
        return self._count(
            select(outbox.c.task, func.count(), func.min(outbox.c.due_at))
            .where(_WAITS)
            .group_by(outbox.c.task)
        )

    def _read(self, query: Select[Any]) -> list[GivenUpTask]:
        return [_task(row) for row in self.connection.execute(query).mappings()]

    def _count(self, query: Select[Any]) -> list[TaskCount]:
        counts = []
        for task, count, oldest in self.connection.execute(query):
            counts.append(TaskCount(task=Task(task), count=count, oldest=oldest))
        return counts


def _task(row: RowMapping) -> GivenUpTask:
    return GivenUpTask(
        id=row["id"],
        task=Task(row["task"]),
        request_id=row["request_id"],
        desk=row["desk"],
        attempts=row["attempts"],
        failure=row["failure"],
        enqueued_at=row["enqueued_at"],
        due_at=row["due_at"],
        given_up_at=row["done_at"],
        claimed_until=row["claimed_until"],
    )
