"""What the program knew at its last start."""

from sqlalchemy import (
    Column,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata

# One row; replicas that start together take turns on it.
starts = Table(
    "starts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
)

role_mappings = Table(
    "role_mappings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("in_force", Text, nullable=False),
    Column("waiting", Text),
    Column("waiting_since", UtcTime),
)

# `digest` says whether a setting changed and tells nothing of it; `shown` is what may
# be told.
settings_known = Table(
    "settings_known",
    metadata,
    Column("setting", Text, primary_key=True),
    Column("digest", String(128), nullable=False),
    Column("shown", String(32)),
)
