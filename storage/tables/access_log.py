"""The access log: events as written, and the tree that makes them provable."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from storage.tables.base import RowId, UtcTime, metadata

_UNUSUAL: dict[str, Any] = {
    "sqlite_where": text("unusual = 1"),
    "postgresql_where": text("unusual"),
}

# Every search reads one of these indexes, in the order (at, id): see
# storage/audit/query/search.py.
events = Table(
    "events",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("action", String(40), nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("team_id", String(32)),
    Column("user_id", String(32)),
    Column("role", String(20)),
    Column("origin", String(8), nullable=False),
    Column("rule", String(40)),
    Column("desk", String(64)),
    Column("request", String(24)),
    Column("clip_id", String(128)),
    Column("unusual", Boolean, nullable=False, default=False),
    # The RFC 8785 bytes of the whole event are hashed and exported and never serialised
    # again.
    Column("canonical", LargeBinary, nullable=False),
    Index("events_by_time", "at", "id"),
    Index("events_by_clip", "clip_id", "at", "id"),
    Index("events_by_request", "request", "at", "id"),
    Index(
        "events_by_user",
        "user_id",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_user_action",
        "user_id",
        "action",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_user_desk",
        "user_id",
        "desk",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_user_desk_action",
        "user_id",
        "desk",
        "action",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_desk",
        "desk",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_desk_action",
        "desk",
        "action",
        "outcome",
        "at",
        "id",
    ),
    Index(
        "events_by_action",
        "action",
        "outcome",
        "at",
        "id",
    ),
    Index("events_by_outcome", "outcome", "at", "id"),
    Index("events_unusual", "at", "id", **_UNUSUAL),
    Index(
        "events_unusual_by_action",
        "action",
        "at",
        "id",
        **_UNUSUAL,
    ),
    # The action comes last, so that other actions are skipped without reading their
    # rows.
    Index(
        "events_unusual_by_user",
        "user_id",
        "at",
        "id",
        "desk",
        "action",
        **_UNUSUAL,
    ),
    Index(
        "events_unusual_by_desk",
        "desk",
        "at",
        "id",
        "action",
        **_UNUSUAL,
    ),
    sqlite_autoincrement=True,
)

# Only PostgreSQL needs this table: ids are assigned before commit there, so "greater
# than the last" would miss the event of a slow transaction. On SQLite writers take
# turns and ids commit in order.
unsequenced = Table(
    "log_unsequenced",
    metadata,
    Column("event_id", BigInteger, primary_key=True, autoincrement=False),
)

entries = Table(
    "log_entries",
    metadata,
    Column("idx", RowId, primary_key=True, autoincrement=False),
    Column("event_id", BigInteger, nullable=False, unique=True),
)

# Interior nodes, 256 hashes a tile as in c2sp.org/tlog-tiles. Only the rightmost tile
# of a level grows.
tiles = Table(
    "log_tiles",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

# The newest checkpoint and every published one. Some of these were announced to the
# auditors.
checkpoints = Table(
    "log_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("signed_at", UtcTime, nullable=False),
    Column("published_at", UtcTime),
    Column("announced_at", UtcTime),
)

# Entries before `first` were pruned behind the checkpoint of the note.
prunings = Table(
    "log_prunings",
    metadata,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("pruned_at", UtcTime, nullable=False),
)

# Daily counts of the sequencer by person and desk, for charts of everything, a desk or
# a person. `day` counts from 1970-01-01; a missing desk or person is ''.
person_days = Table(
    "log_person_days",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("desk", String(64), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("played_ms", BigInteger, nullable=False),
)

# Daily counts by action and outcome, in the order in which charts read them.
action_days = Table(
    "log_action_days",
    metadata,
    Column("action", String(40), primary_key=True),
    Column("outcome", String(8), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("desk", String(64), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("played_ms", BigInteger, nullable=False),
)

# Committed details of events, such as reasons. The event carries only a digest, because
# reasons are free text.
questions = Table(
    "log_questions",
    metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("body", Text, nullable=False),
)
