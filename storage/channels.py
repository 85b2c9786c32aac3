"""Channels as Slack last described them."""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, RowMapping, String, Table, Text, delete, insert, select

from storage.records import Channel, ChannelProblem
from storage.rows import row_with
from storage.tables import UtcTime, metadata
from storage.upsert import upsert

channels = Table(
    "channels",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("problems", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("apps", Text, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
    Column("unfit_since", UtcTime),
)

# Who was in a guarded channel at the last look: to know whether a change of a person matters.
channel_members = Table(
    "channel_members",
    metadata,
    Column("channel_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True, index=True),
)


class ChannelRows:
    """Methods of `Transaction` about channels."""

    connection: Connection

    def channel(self, channel_id: str, *, lock: bool = False) -> Channel | None:
        """What is known of this channel; None when nobody has looked yet."""
        row = row_with(self.connection, channels.c.id, channel_id, lock=lock)
        return None if row is None else _channel(row)

    def channels(self, channel_ids: Iterable[str]) -> dict[str, Channel]:
        """What is known of these channels, by id."""
        query = select(channels).where(channels.c.id.in_(list(channel_ids)))
        return {row["id"]: _channel(row) for row in self.connection.execute(query).mappings()}

    def put_channel(self, channel: Channel) -> None:
        """Remember what was seen."""
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

    def set_channel_members(self, channel_id: str, user_ids: Iterable[str]) -> None:
        """Replace who is known to be in a channel. Call it after `put_channel`, which locks."""
        gone = delete(channel_members).where(channel_members.c.channel_id == channel_id)
        self.connection.execute(gone)
        rows = [{"channel_id": channel_id, "user_id": user} for user in sorted(set(user_ids))]
        if rows:
            self.connection.execute(insert(channel_members), rows)

    def channels_with(self, user_id: str) -> list[str]:
        """The guarded channels this person was last seen in."""
        query = select(channel_members.c.channel_id).where(channel_members.c.user_id == user_id)
        return sorted(self.connection.execute(query).scalars())


def _channel(row: RowMapping) -> Channel:
    return Channel(
        id=row["id"],
        problems=tuple(ChannelProblem(name) for name in row["problems"].split()),
        people=tuple(row["people"].split()),
        apps=tuple(row["apps"].split()),
        checked_at=row["checked_at"],
        unfit_since=row["unfit_since"],
    )
