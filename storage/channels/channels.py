"""Channels as Slack last described them."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from storage.records import Channel, ChannelProblem
from storage.rows import Columns, row_with
from storage.tables import (
    channel_members,
    channels,
)
from storage.upsert import upsert


class Channels:
    """Reads and writes channel snapshots."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def by_id(self, channel_id: str, *, lock: bool = False) -> Channel | None:
        """Return the last snapshot of a channel, or None before its first inspection."""
        row = row_with(self.connection, channels.c.id, channel_id, lock=lock)
        if row is None:
            return None
        return channel_of(row)

    def by_ids(self, channel_ids: Iterable[str]) -> dict[str, Channel]:
        """Return the last snapshots of these channels, by channel id."""
        query = select(channels).where(channels.c.id.in_(list(channel_ids)))
        return {
            row["id"]: channel_of(row)
            for row in self.connection.execute(query).mappings()
        }

    def put(self, channel: Channel) -> None:
        """Store the snapshot of a channel and lock its row."""
        upsert(
            self.connection,
            channels,
            {
                "id": channel.id,
                "problems": " ".join(channel.problems),
                "people": " ".join(channel.people),
                "apps": " ".join(channel.apps),
                "checked_at": channel.checked_at,
                "unfit_since": channel.unfit_since,
            },
        )

    def set_members(self, channel_id: str, user_ids: Iterable[str]) -> None:
        """Replace the known members of a channel. Call `put` first, which locks."""
        gone = delete(channel_members).where(channel_members.c.channel_id == channel_id)
        self.connection.execute(gone)
        rows = [
            {
                "channel_id": channel_id,
                "user_id": user,
            }
            for user in sorted(set(user_ids))
        ]
        if rows:
            self.connection.execute(insert(channel_members), rows)

    def with_person(self, user_id: str) -> list[str]:
        """Return the ids of inspected channels that have this person as a member."""
        query = select(channel_members.c.channel_id).where(
            channel_members.c.user_id == user_id
        )
        return sorted(self.connection.execute(query).scalars())


def channel_of(row: Columns) -> Channel:
    """Return a row of `channels` as a record."""
    return Channel(
        id=row["id"],
        problems=tuple(ChannelProblem(name) for name in row["problems"].split()),
        people=tuple(row["people"].split()),
        apps=tuple(row["apps"].split()),
        checked_at=row["checked_at"],
        unfit_since=row["unfit_since"],
    )
