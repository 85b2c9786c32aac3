"""Work tools with their tokens, and the requests that came through them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import RowId, UtcTime, metadata

work_tools = Table(
    "work_tools",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(32), nullable=False),
    # The ids of the desks with spaces between.
    Column("desks", Text, nullable=False),
    # A keyed hash: the token itself is stored nowhere.
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    Column("used_at", UtcTime),
    Column("calls_per_minute", Integer, nullable=False),
    Column("minute_from", UtcTime),
    Column("minute_calls", Integer, nullable=False, server_default="0"),
    Index(
        "work_tools_by_name",
        "name",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

tool_requests = Table(
    "tool_requests",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("tool_id", ForeignKey("work_tools.id"), nullable=False),
    Column("key_hash", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("asked_at", UtcTime, nullable=False),
    UniqueConstraint("tool_id", "key_hash"),
    sqlite_autoincrement=True,
)
