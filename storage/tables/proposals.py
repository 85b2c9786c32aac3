"""Blind answers, late ones, declined requests, adjudications and appeals."""

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

proposals = Table(
    "proposals",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("proposer_team", String(32), primary_key=True),
    Column("proposer_user", String(32), primary_key=True),
    Column("answer", String(40), nullable=False),
    Column("text", Text),
    Column("confidence", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime),
    Index("proposals_by_person", "proposer_team", "proposer_user"),
)

# Answers that arrived after the request was decided. They never count.
late_answers = Table(
    "late_answers",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("proposer_team", String(32), primary_key=True),
    Column("proposer_user", String(32), primary_key=True),
    Column("answer", String(40), nullable=False),
    Column("text", Text),
    Column("confidence", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index("late_answers_by_person", "proposer_team", "proposer_user"),
)

declines = Table(
    "declines",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("declined_at", UtcTime, nullable=False),
)

# The lead at work on a dispute. A claim without activity lapses.
claims = Table(
    "claims",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("active_at", UtcTime, nullable=False, index=True),
    Column("since", UtcTime, nullable=False, server_default="0"),
)

adjudications = Table(
    "adjudications",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    *person_columns("lead"),
    Column("answer", String(40), nullable=False),
    Column("text", Text),
    Column("reason", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

# Appeals against settled words, one a person and request.
appeals = Table(
    "appeals",
    metadata,
    Column("request_id", ForeignKey("requests.id"), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)
