"""When each channel may be posted to, and each method of Slack called, again."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import paces
from storage.upsert import upsert


class Paces:
    """Reads and writes paces, which all replicas share."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def free_at(self, paced: str) -> datetime | None:
        """Return when a channel or method is free; None if it was never used.

        The row is locked until the transaction ends.
        """
        query = select(paces.c.free_at).where(paces.c.paced == paced)
        found = self.connection.execute(query.with_for_update())
        return found.scalar_one_or_none()

    def set_free_at(self, paced: str, free_at: datetime) -> None:
        """Store when a channel or method is free again."""
        upsert(
            self.connection,
            paces,
            {
                "paced": paced,
                "free_at": free_at,
            },
        )
