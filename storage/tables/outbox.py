"""Work to do after a commit, and what replicas share: paces, rounds, leases."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from storage.tables.base import RowId, UtcTime, metadata

_WAITS = "done_at IS NULL"


def _where(condition: str) -> dict[str, Any]:
    """Return the options of an index that holds only the rows of a condition."""
    return {
        "sqlite_where": text(condition),
        "postgresql_where": text(condition),
    }


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
    # The desk of the request, and the row's place in the rotation between desks.
    Column("desk", String(64)),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    # How many tries in a row ended in a defect, or with the process.
    Column("defects", Integer, nullable=False, server_default="0"),
    # Idle workers read these; they hold only rows that wait.
    Index("outbox_waiting", "task", "turn", "due_at", "id", **_where(_WAITS)),
    Index("outbox_waiting_by_desk", "task", "desk", "turn", **_where(_WAITS)),
    Index("outbox_waiting_by_lane", "lane", "id", **_where(_WAITS)),
    Index("outbox_waiting_by_request", "request_id", **_where(_WAITS)),
    Index("outbox_done", "done_at", **_where("done_at IS NOT NULL")),
    Index("outbox_failed", "done_at", "task", **_where("failure IS NOT NULL")),
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

# The Socket Mode connections that each process has open or is about to open. Slack
# limits their number over all processes.
socket_shares = Table(
    "socket_shares",
    metadata,
    Column("process", String(32), primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("held", Integer, nullable=False),
    Column("held_until", UtcTime, nullable=False),
    # What Slack counted in its newest hello, and what all processes held then.
    Column("counted", Integer),
    Column("counted_at", UtcTime),
    Column("expected", Integer),
)
