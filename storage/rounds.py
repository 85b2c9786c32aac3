"""When each periodic round last ran, shared by all replicas."""

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

    def begin(self, name: str, now: datetime, every: timedelta) -> datetime | None:
        """When it was last done, if it is time again; then it counts as done now.

        The first time only starts the clock.
        """
        query = select(rounds.c.done_at).where(rounds.c.chore == name).with_for_update()
        done_at: datetime | None = self.connection.execute(query).scalar_one_or_none()
        if done_at is not None and now - done_at < every:
            return None
        upsert(self.connection, rounds, {"chore": name, "done_at": now})
        return done_at
