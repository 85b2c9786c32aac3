"""Members of Slack user groups."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import (
    Connection,
    delete,
    insert,
    select,
)

from storage.tables import group_members, group_refreshes
from storage.upsert import insert_into, upsert, upsert_all

# The time of reading of a group of which only an event is known.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


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

    def lock_unread(self, group_id: str) -> None:
        """Lock the row of a group for a change without a reading of the group."""
        row = insert_into(self.connection, group_refreshes).values(
            group_id=group_id,
            refreshed_at=_NEVER,
        )
        # An update locks the row, even one that changes nothing.
        same = {"refreshed_at": group_refreshes.c.refreshed_at}
        self.connection.execute(
            row.on_conflict_do_update(index_elements=["group_id"], set_=same)
        )

    def change(
        self,
        group_id: str,
        *,
        joined: Iterable[str],
        left: Iterable[str],
    ) -> None:
        """Add and remove members of a group. Call `lock_unread` first."""
        self.connection.execute(
            delete(group_members).where(
                group_members.c.group_id == group_id,
                group_members.c.user_id.in_(list(left)),
            )
        )
        self._add(group_id, joined)

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
        self._add(group_id, user_ids)

    def _add(self, group_id: str, user_ids: Iterable[str]) -> None:
        rows = []
        for user_id in sorted(set(user_ids)):
            row = {
                "group_id": group_id,
                "user_id": user_id,
            }
            rows.append(row)
        if rows:
            self.connection.execute(insert(group_members), rows)

    def mark_read(self, group_ids: Iterable[str], now: datetime) -> None:
        """Store that these groups were read, and had the members that are known."""
        rows = []
        # In one order, so that two replicas never wait for each other's rows.
        for group_id in sorted(group_ids):
            row = {
                "group_id": group_id,
                "refreshed_at": now,
            }
            rows.append(row)
        upsert_all(self.connection, group_refreshes, rows)

    def by_group(self, group_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the user ids of the members of each group."""
        found: dict[str, set[str]] = {group_id: set() for group_id in group_ids}
        query = select(group_members).where(group_members.c.group_id.in_(list(found)))
        for row in self.connection.execute(query):
            found[row.group_id].add(row.user_id)
        return {group_id: frozenset(users) for group_id, users in found.items()}

    def in_any_group(self, user_ids: Iterable[str]) -> frozenset[str]:
        """Return those of these people who are in any known group."""
        query = select(group_members.c.user_id).where(
            group_members.c.user_id.in_(list(user_ids))
        )
        return frozenset(self.connection.execute(query).scalars())

    def read_at(self, group_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when each group was last read; groups never read are left out."""
        query = select(group_refreshes).where(
            group_refreshes.c.group_id.in_(list(group_ids)),
            group_refreshes.c.refreshed_at > _NEVER,
        )
        rows = self.connection.execute(query)
        return {row.group_id: row.refreshed_at for row in rows}

    def members(self, group_ids: Iterable[str]) -> frozenset[str]:
        """Return the user ids of all members of these groups."""
        query = select(group_members.c.user_id).where(
            group_members.c.group_id.in_(list(group_ids))
        )
        return frozenset(self.connection.execute(query).scalars())
