"""Breaks, choices and peer support; none of it is in the access log."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
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

# One row for a caller and one for each caller and colleague, both as keyed hashes that
# name no person. Rows are kept for a day, to count calls.
talk_marks = Table(
    "talk_marks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("mark", String(24), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("talk_marks_by_mark", "mark", "at"),
    sqlite_autoincrement=True,
)

# Callers whose calls a colleague does not get until then, as such hashes of both.
talk_mutes = Table(
    "talk_mutes",
    metadata,
    Column("mark", String(24), primary_key=True),
    Column("until", UtcTime, nullable=False),
)
