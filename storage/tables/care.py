"""Breaks, choices and peer support; none of it is in the access log."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import RowId, UtcTime, metadata, person_columns

breaks = Table(
    "breaks",
    metadata,
    Column("id", RowId, primary_key=True),
    *person_columns("person"),
    Column("started_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("breaks_by_person", "person_team", "person_user", "ends_at"),
    sqlite_autoincrement=True,
)

choices = Table(
    "choices",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("weekly_line", Boolean, nullable=False),
    Column("in_circle", Boolean, nullable=False),
    Column("not_offered", Text, nullable=False),
)

talks = Table(
    "talks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    *person_columns("caller"),
    Column("called_at", UtcTime, nullable=False),
    Column("taken_team", String(32)),
    Column("taken_user", String(32)),
    sqlite_autoincrement=True,
)

# How often each kind of slip was noticed, without person, place or time.
slips = Table(
    "slips",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("noticed", Integer, nullable=False),
)
