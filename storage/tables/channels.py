"""Channels as Slack last described them, and incidents in them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import RowId, UtcTime, metadata, person_columns

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

# Members of each inspected channel at its last inspection. They show whether a change
# of a person concerns a desk.
channel_members = Table(
    "channel_members",
    metadata,
    Column("channel_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True, index=True),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(32), nullable=False),
    *person_columns("person"),
    Column("desk", String(64), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("channel_id", String(32)),
    Column("message_ts", String(32)),
    Column("request_id", ForeignKey("requests.id")),
    Column("removed_at", UtcTime),
    Column("seen_at", UtcTime),
    Column("seen_by_team", String(32)),
    Column("seen_by_user", String(32)),
    UniqueConstraint("channel_id", "message_ts"),
    Index("incidents_by_desk", "desk", "seen_at", "at"),
    sqlite_autoincrement=True,
)
