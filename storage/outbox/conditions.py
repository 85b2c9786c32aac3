"""Conditions of the outbox's queries: which rows a worker may claim."""

from datetime import datetime

from sqlalchemy import case, exists, or_
from sqlalchemy.sql.elements import ColumnElement

from storage.records.outbox import Task
from storage.tables import outbox, paces


def is_unclaimed(now: datetime) -> ColumnElement[bool]:
    """Return whether a row is not done, and no worker holds it."""
    return outbox.c.done_at.is_(None) & or_(
        outbox.c.claimed_until.is_(None), outbox.c.claimed_until < now
    )


def is_blocked() -> ColumnElement[bool]:
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


def is_paced(now: datetime) -> ColumnElement[bool]:
    """Return whether the channel or method that a row waits for is not free."""
    return exists().where(
        paces.c.paced == outbox.c.waits_for,
        paces.c.free_at > now,
    )


def is_given_up() -> ColumnElement[bool]:
    """Return whether a row ended without success.

    An expression keeps the database from the index of done rows, which is far longer
    than that of failed ones.
    """
    is_done = case((outbox.c.done_at.is_(None), 0), else_=1)
    return outbox.c.failure.is_not(None) & (is_done == 1)
