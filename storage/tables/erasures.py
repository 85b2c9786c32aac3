"""Erasures with their receipts, closed clips, legal holds."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.tables.base import RowId, UtcTime, metadata

erasures = Table(
    "erasures",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("clip_id", String(128), index=True),
    Column("person_team", String(32)),
    Column("person_user", String(32)),
    Column("why", String(16), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Index(
        "erasures_open",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

receipts = Table(
    "erasure_receipts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("erasure_id", ForeignKey("erasures.id"), nullable=False, index=True),
    Column("place", String(16), nullable=False),
    Column("request_id", ForeignKey("requests.id")),
    Column("due_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("failure", String(80)),
    UniqueConstraint("erasure_id", "place", "request_id"),
    sqlite_autoincrement=True,
)

# Recordings that may not be asked about or heard again, whatever their source reports
# later. A speaker's pseudonym is kept, because only it identifies the speaker's next
# clip.
bars = Table(
    "bars",
    metadata,
    Column("is_speaker", Boolean, primary_key=True),
    Column("value", String(128), primary_key=True),
    Column("why", String(16), nullable=False),
    Column("since", UtcTime, nullable=False),
)

# Erasures that answers caused; until `due_at` a lead or an officer can keep the clip.
waiting_erasures = Table(
    "waiting_erasures",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("clip_id", String(128), nullable=False, index=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    Column("desk", String(64), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("kept_team", String(32)),
    Column("kept_user", String(32)),
    Index(
        "waiting_erasures_open",
        "due_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

# Signed calls that were handled, so that a repeated call has no effect.
hook_calls = Table(
    "hook_calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
)

holds = Table(
    "holds",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("clip_id", String(128), nullable=False),
    Column("placed_team", String(32)),
    Column("placed_user", String(32)),
    Column("placed_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index(
        "holds_standing",
        "clip_id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)
