"""Stopped clips and the cases that follow."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables.base import RowId, UtcTime, metadata, person_columns

# The stops, within an hour, of recordings that their reporter neither heard nor was
# offered: the officers are paged about them together.
stop_bundles = Table(
    "stop_bundles",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    *person_columns("reporter"),
    Column("started_at", UtcTime, nullable=False),
    Column("paged_stage", Integer),
    Column("paged_at", UtcTime),
    Column("reason", String(20)),
    Column("explained_at", UtcTime),
    Index(
        "stop_bundles_by_reporter",
        "reporter_team",
        "reporter_user",
        "started_at",
    ),
    sqlite_autoincrement=True,
)

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("key", String(32), nullable=False, unique=True),
    Column("clip_id", String(128), nullable=False, index=True),
    Column("request_id", ForeignKey("requests.id")),
    Column("desk", String(64)),
    Column("severity", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("stage", Integer, nullable=False),
    Column("due_at", UtcTime, index=True),
    Column("overdue_since", UtcTime),
    Column("officer_team", String(32)),
    Column("officer_user", String(32)),
    Column("former_team", String(32)),
    Column("former_user", String(32)),
    Column("acknowledged_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("is_drill", Boolean, nullable=False),
    Column("bundle_id", ForeignKey("stop_bundles.id"), index=True),
    sqlite_autoincrement=True,
)

case_reports = Table(
    "case_reports",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("reporter_team", String(32), primary_key=True),
    Column("reporter_user", String(32), primary_key=True),
    Column("severity", String(20), nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    Index("case_reports_by_reporter", "reporter_team", "reporter_user"),
)

case_ticks = Table(
    "case_ticks",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("step", String(64), primary_key=True),
    Column("version", String(64), nullable=False),
    *person_columns("officer"),
    Column("ticked_at", UtcTime, nullable=False),
)

case_replies = Table(
    "case_replies",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    *person_columns("officer"),
    Column("text", Text, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

quarantines = Table(
    "quarantines",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("clip_id", String(128), nullable=False, index=True),
    Column("request_id", ForeignKey("requests.id")),
    Column("reporter_team", String(32)),
    Column("reporter_user", String(32)),
    Column("since", UtcTime, nullable=False),
    Column("released_at", UtcTime),
    sqlite_autoincrement=True,
)
