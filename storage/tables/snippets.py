"""Rendered snippets and the keys that seal them."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata

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
