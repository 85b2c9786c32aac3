"""The turns of desks: no desk's work waits for the whole backlog of another desk.

Within a task, each desk's rows get ascending turns, and the lowest turn is performed
first. A desk without waiting rows begins at the turn that is performed now. This is
start-time fair queueing: https://doi.org/10.1145/248156.248171
"""

from typing import Any

from sqlalchemy import String, case, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from storage.records.outbox import Task
from storage.tables import outbox, requests

# The rows of these tasks that belong to one desk go to one channel.
TO_CHANNEL_OF_DESK = frozenset(
    {
        Task.POST_THREAD,
        Task.UPDATE_THREAD,
        Task.POST_DISPUTED_REPLY,
        Task.POST_SETTLED_REPLY,
    }
)


def desk_of(request_id: int | None) -> ColumnElement[Any]:
    """Return the desk of a request as a column; it is NULL without a request."""
    desk = select(requests.c.desk).where(
        requests.c.id == literal(request_id, requests.c.id.type)
    )
    return desk.scalar_subquery()


def next_turn(task: Task, desk: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the turn of a new row of this desk, as a column."""
    waits = (outbox.c.task == literal(task, String)) & outbox.c.done_at.is_(None)
    last = select(func.max(outbox.c.turn)).where(waits, outbox.c.desk == desk)
    # A row that was tried keeps no one else's place.
    is_untried = outbox.c.attempts == 0
    first = select(func.min(outbox.c.turn)).where(waits, is_untried)
    after_own = func.coalesce(last.scalar_subquery() + 1, 0)
    current = func.coalesce(first.scalar_subquery(), 0)
    return case((after_own > current, after_own), else_=current)
