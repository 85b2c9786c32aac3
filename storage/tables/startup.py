"""What the program knew at its last start."""

from sqlalchemy import (
    Column,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import UtcTime, metadata

# The table has one row, on which starting replicas take turns.
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

# `digest` shows whether a setting changed without revealing it; `shown` is its value
# where that may be shown.
settings_known = Table(
    "settings_known",
    metadata,
    Column("setting", Text, primary_key=True),
    Column("digest", String(128), nullable=False),
    Column("shown", String(32)),
)
