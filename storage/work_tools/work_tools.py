"""Work tools: their tokens as keyed hashes, and their calls."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.records import WorkTool
from storage.rows import Columns
from storage.tables import work_tools
from storage.upsert import insert_into


class WorkTools:
    """Reads and writes work tools."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(
        self,
        *,
        name: str,
        desks: Collection[str],
        token_hash: str,
        made_at: datetime,
        expires_at: datetime,
        calls_per_minute: int,
    ) -> WorkTool | None:
        """Store a new work tool and return it with its id.

        Returns None if a tool that was not revoked has the name.
        """
        row = insert_into(self.connection, work_tools).values(
            name=name,
            desks=" ".join(sorted(desks)),
            token_hash=token_hash,
            made_at=made_at,
            expires_at=expires_at,
            calls_per_minute=calls_per_minute,
            minute_calls=0,
        )
        added = row.on_conflict_do_nothing().returning(*work_tools.c)
        found = self.connection.execute(added).mappings().one_or_none()
        if found is None:
            return None
        return _work_tool(found)

    def all(self) -> list[WorkTool]:
        """Return every work tool, revoked ones too, in the order of their making."""
        rows = self.connection.execute(select(work_tools).order_by(work_tools.c.id))
        return [_work_tool(row) for row in rows.mappings()]

    def by_name(self, name: str, *, lock: bool = False) -> WorkTool | None:
        """Return the work tool with this name that was not revoked."""
        query = select(work_tools).where(
            work_tools.c.name == name, work_tools.c.revoked_at.is_(None)
        )
        if lock:
            query = query.with_for_update()
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _work_tool(row)

    def by_token(self, token_hashes: Collection[str]) -> WorkTool | None:
        """Return and lock the work tool with one of these hashes, revoked or not."""
        query = (
            select(work_tools)
            .where(work_tools.c.token_hash.in_(list(token_hashes)))
            .with_for_update()
        )
        row = self.connection.execute(query).mappings().first()
        if row is None:
            return None
        return _work_tool(row)

    def save(self, tool: WorkTool) -> None:
        """Store the columns that change in a work tool's life."""
        self.connection.execute(
            update(work_tools)
            .where(work_tools.c.id == tool.id)
            .values(
                token_hash=tool.token_hash,
                revoked_at=tool.revoked_at,
                used_at=tool.used_at,
                minute_from=tool.minute_from,
                minute_calls=tool.minute_calls,
            )
        )


def _work_tool(row: Columns) -> WorkTool:
    return WorkTool(
        id=row["id"],
        name=row["name"],
        desks=frozenset(row["desks"].split()),
        token_hash=row["token_hash"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        calls_per_minute=row["calls_per_minute"],
        revoked_at=row["revoked_at"],
        used_at=row["used_at"],
        minute_from=row["minute_from"],
        minute_calls=row["minute_calls"],
    )
