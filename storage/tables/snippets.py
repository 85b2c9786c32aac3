"""Rendered snippets and the keys that seal them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import RowId, UtcTime, metadata, person_columns

snippets = Table(
    "snippets",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("blob", String(200), nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("peaks", Text, nullable=False),
    Column("rendered_at", UtcTime, nullable=False),
)

# Reports of personal information that a listener heard in a snippet.
personal_reports = Table(
    "personal_reports",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    *person_columns("reporter"),
    Column("side", String(8), nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    Index(
        "personal_reports_by_reporter",
        "reporter_team",
        "reporter_user",
        "reported_at",
    ),
    sqlite_autoincrement=True,
)

# Clips that have a data key, and until when. The keys are not in the database: see
# storage/keys.py. `wrapped_by` is the id of the master key that wraps the clip's key,
# and empty for keys that an older release made.
clip_keys = Table(
    "clip_keys",
    metadata,
    Column("clip_id", String(128), primary_key=True),
    Column("keep_until", UtcTime, nullable=False, index=True),
    Column("wrapped_by", String(16)),
)
