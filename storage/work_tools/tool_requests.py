"""The requests that came through work tools."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from storage.records import ToolRequest
from storage.rows import Columns
from storage.tables import tool_requests
from storage.upsert import insert_into


class ToolRequests:
    """Reads and writes the requests of work tools."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        tool_id: int,
        key_hash: str,
        digest: str,
        request_id: int,
        asked_at: datetime,
    ) -> bool:
        """Store a question. Return False if the tool has one with the same key."""
        row = insert_into(self.connection, tool_requests).values(
            tool_id=tool_id,
            key_hash=key_hash,
            digest=digest,
            request_id=request_id,
            asked_at=asked_at,
        )
        # psycopg does not count the rows of such an insertion.
        added = row.on_conflict_do_nothing().returning(tool_requests.c.id)
        return self.connection.execute(added).first() is not None

    def by_key(self, tool_id: int, key_hashes: Collection[str]) -> ToolRequest | None:
        """Return the tool's question with one of these hashes of its key."""
        query = select(tool_requests).where(
            tool_requests.c.tool_id == tool_id,
            tool_requests.c.key_hash.in_(list(key_hashes)),
        )
        row = self.connection.execute(query).mappings().first()
        if row is None:
            return None
        return _tool_request(row)


def _tool_request(row: Columns) -> ToolRequest:
    return ToolRequest(
        id=row["id"],
        tool_id=row["tool_id"],
        key_hash=row["key_hash"],
        digest=row["digest"],
        request_id=row["request_id"],
        asked_at=row["asked_at"],
    )
