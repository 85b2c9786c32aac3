"""People, user groups, browser sessions and drafts."""

from sqlalchemy import (
    Column,
    Index,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata, person_columns

people = Table(
    "people",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("membership", String(16), nullable=False),
    Column("checked_at", UtcTime, nullable=False),
)

# Members of Slack user groups at the last reading. Pages and replicas share the rows,
# so that they need no call to Slack.
group_members = Table(
    "group_members",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
)

group_refreshes = Table(
    "group_refreshes",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("refreshed_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    *person_columns("person"),
    Column("name", String(80), nullable=False),
    Column("browser", String(24), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("authenticated_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
    Column("ended_at", UtcTime),
    Index("sessions_by_person", "person_team", "person_user"),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("return_to", Text, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
)
