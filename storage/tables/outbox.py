"""Work to do after a commit, the pace of calls to Slack, rounds and leases."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from storage.tables.base import RowId, UtcTime, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("task", String(24), nullable=False),
    Column("lane", String(64), nullable=False),
    Column("request_id", ForeignKey("requests.id")),
    Column("argument", String(200)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcTime, nullable=False),
    Column("claimed_until", UtcTime),
    Column("done_at", UtcTime),
    Column("failure", String(80)),
    # The paced channel or method that a postponed row waits for, beside its time.
    Column("waits_for", String(32)),
    Column("enqueued_at", UtcTime),
    Index("outbox_pending", "done_at", "due_at"),
    Index("outbox_by_lane", "lane", "id"),
    sqlite_autoincrement=True,
)

# When each Slack channel may be posted to again, and each method of Slack called again.
# All replicas share this pace.
paces = Table(
    "paces",
    metadata,
    Column("paced", String(32), primary_key=True),
    Column("free_at", UtcTime, nullable=False),
)

# When each periodic round was last started by any replica.
rounds = Table(
    "rounds",
    metadata,
    Column("chore", String(32), primary_key=True),
    Column("done_at", UtcTime, nullable=False),
)

# Work that one process does for all replicas, and until when that process holds it.
leases = Table(
    "leases",
    metadata,
    Column("work", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("held_until", UtcTime, nullable=False),
)
