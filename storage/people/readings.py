"""How far the readings of long lists of Slack have come, shared by all replicas."""

from sqlalchemy import Connection, delete

from storage.records import Reading
from storage.rows import row_with
from storage.tables import readings
from storage.upsert import upsert


class Readings:
    """Reads and writes readings, by the name of the list."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def by_list(self, name: str) -> Reading | None:
        """Return how far a list was read, or None before its first page."""
        row = row_with(self.connection, readings.c.list, name)
        if row is None:
            return None
        return Reading(
            cursor=row["cursor"],
            read_at=row["read_at"],
            complete_at=row["complete_at"],
        )

    def put(self, name: str, reading: Reading) -> None:
        """Store how far a list was read."""
        upsert(
            self.connection,
            readings,
            {
                "list": name,
                "cursor": reading.cursor,
                "read_at": reading.read_at,
                "complete_at": reading.complete_at,
            },
        )

    def forget(self, name: str) -> None:
        """Let a list be read from its first page."""
        self.connection.execute(delete(readings).where(readings.c.list == name))
