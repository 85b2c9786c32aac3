"""When each periodic round last ran, shared by all replicas."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    select,
)

from storage.tables import (
    rounds,
)
from storage.upsert import upsert


class Rounds:
    """Starts periodic rounds, each at most once per period."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def start(
        self,
        name: str,
        now: datetime,
        every: timedelta,
    ) -> bool:
        """Start a round if none started in the last `every`. Return whether it did."""
        query = select(rounds.c.done_at).where(rounds.c.chore == name)
        started_at: datetime | None = self.connection.execute(
            query.with_for_update()
        ).scalar_one_or_none()
        if started_at is not None and now - started_at < every:
            return False
        upsert(
            self.connection,
            rounds,
            {
                "chore": name,
                "done_at": now,
            },
        )
        return True

    def last(self, names: Collection[str]) -> dict[str, datetime]:
        """Return when each round last started; one that never did is left out."""
        query = select(rounds.c.chore, rounds.c.done_at).where(
            rounds.c.chore.in_(sorted(names))
        )
        return {row.chore: row.done_at for row in self.connection.execute(query)}

    def begin(
        self,
        name: str,
        now: datetime,
        every: timedelta,
    ) -> datetime | None:
        """Start a round if `every` has passed since the last one.

        Return the time of the last round, or None if no round is due. The first call
        only stores the time and returns None.
        """
        query = select(rounds.c.done_at).where(rounds.c.chore == name).with_for_update()
        done_at: datetime | None = self.connection.execute(query).scalar_one_or_none()
        if done_at is not None and now - done_at < every:
            return None
        upsert(
            self.connection,
            rounds,
            {
                "chore": name,
                "done_at": now,
            },
        )
        return done_at
