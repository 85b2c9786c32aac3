"""Granted listens, ordinary and elevated."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.tables.base import UtcTime, metadata, person_columns

listens = Table(
    "listens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False),
    *person_columns("listener"),
    Column("press", String(64), nullable=False),
    Column("granted_at", UtcTime, nullable=False),
    Column("closeness", String(16)),
    Column("played_ms", Integer, nullable=False, default=0),
    Column("loops", Integer, nullable=False, default=0),
    UniqueConstraint("request_id", "listener_team", "listener_user", "press"),
    Index("listens_by_time", "granted_at"),
    Index("listens_by_listener", "listener_team", "listener_user", "granted_at"),
)

elevated_listens = Table(
    "closer_listens",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("request_id", ForeignKey("requests.id"), nullable=False, index=True),
    Column("desk", String(64), nullable=False),
    *person_columns("listener"),
    Column("closeness", String(16), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("asked_as", BigInteger, nullable=False),
    Column("decided_team", String(32)),
    Column("decided_user", String(32)),
    Column("decided_at", UtcTime),
    Column("approved", Boolean, nullable=False),
    Column("used_at", UtcTime),
    Index("closer_listens_waiting", "desk", "decided_at", "asked_at"),
)
