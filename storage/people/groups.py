"""Members of Slack user groups."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    Connection,
    delete,
    insert,
    select,
)

from storage.tables import group_members, group_refreshes
from storage.upsert import upsert


class Groups:
    """Reads and writes user groups."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock(self, group_id: str, now: datetime) -> None:
        """Store when a group was read, and lock its row.

        The lock makes replicas change a group one after the other.
        """
        upsert(
            self.connection,
            group_refreshes,
            {
                "group_id": group_id,
                "refreshed_at": now,
            },
        )

    def put(
        self,
        group_id: str,
        user_ids: Iterable[str],
        now: datetime,
    ) -> None:
        """Replace the known members of a Slack user group."""
        self.lock(group_id, now)
        self.connection.execute(
            delete(group_members).where(group_members.c.group_id == group_id)
        )
        rows = [
            {
                "group_id": group_id,
                "user_id": user,
            }
            for user in sorted(set(user_ids))
        ]
        if rows:
            self.connection.execute(insert(group_members), rows)

    def members(self, group_ids: Iterable[str]) -> frozenset[str]:
        """Return the user ids of all members of these groups."""
        query = select(group_members.c.user_id).where(
            group_members.c.group_id.in_(list(group_ids))
        )
        return frozenset(self.connection.execute(query).scalars())
