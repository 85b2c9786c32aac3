"""The sequencer gives waiting events their place in the tree and signs the result.

One transaction holds a batch: entries, tiles, counts and checkpoint are written
together or not at all, so a crash at any point leaves the log as it was. Only one
sequencer works at a time: on PostgreSQL by an advisory lock, on SQLite because writers
take turns.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text

from storage.audit.log.rollup import count
from storage.audit.log.tree import Edge, as_rows, load_edge
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.merkle import leaf_hash
from storage.errors import StorageError
from storage.store import Store
from storage.tables import checkpoints, entries, events, tiles, unsequenced
from storage.upsert import insert_into, insert_many

BATCH = 256
_NEEDED = (
    *(events.c.id, events.c.canonical, events.c.at, events.c.desk, events.c.team_id),
    *(events.c.user_id, events.c.action, events.c.outcome),
)
# The letters "hc_seqnc".
_LOCK = 0x68635F7365716E63


class Inconsistent(StorageError):
    """The log was changed outside the sequencer; a signature would confirm the change."""


def sequence(
    store: Store,
    keys: Keys,
    now: datetime,
    *,
    batch: int = BATCH,
) -> int:
    """Sequence and sign up to `batch` waiting events, and return their number.

    The number is 0 also when another sequencer is at work. Raises `Inconsistent`
    instead of signing a tree that does not continue the last checkpoint.
    """
    # A read first keeps an idle sequencer from holding up writers.
    with store.read() as tx:
        if not _waiting(tx.connection, 1):
            return 0
    with store.begin() as tx:
        connection = tx.connection
        if not take_turn(connection):
            return 0
        rows = _waiting(connection, batch)
        if not rows:
            return 0
        edge = last_signed(connection, keys)
        _write(connection, edge, rows)
        _sign(connection, keys, edge, now)
        return len(rows)


def sequence_all(
    store: Store,
    keys: Keys,
    now: Callable[[], datetime],
) -> int:
    """Sequence until no event waits, and return the number of events."""
    total = 0
    while done := sequence(store, keys, now()):
        total += done
    return total


def signed_notes(connection: Connection) -> Sequence[str]:
    """Return every stored checkpoint as a signed note."""
    return connection.execute(select(checkpoints.c.note)).scalars().all()


def latest(connection: Connection) -> str | None:
    """Return the note of the newest checkpoint."""
    query = select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def take_turn(connection: Connection) -> bool:
    """Take the tree's lock until the transaction ends. Return False if it is taken."""
    if connection.dialect.name == "sqlite":
        return True
    lock = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(connection.execute(lock, {"lock": _LOCK}).scalar_one())


def _waiting(connection: Connection, batch: int) -> list[Any]:
    if connection.dialect.name == "postgresql":
        return _waiting_in_line(connection, batch)
    newest = select(entries.c.event_id).order_by(entries.c.idx.desc()).limit(1)
    after = func.coalesce(newest.scalar_subquery(), 0)
    later = select(*_NEEDED).where(events.c.id > after)
    query = later.order_by(events.c.id).limit(batch)
    return list(connection.execute(query))


def _waiting_in_line(connection: Connection, batch: int) -> list[Any]:
    # The limit stands before the join, because PostgreSQL may otherwise read all events
    # to find a few.
    first = select(unsequenced.c.event_id).order_by(unsequenced.c.event_id).limit(batch)
    line = first.subquery()
    joined = line.outerjoin(events, events.c.id == line.c.event_id)
    query = select(line.c.event_id, *_NEEDED).select_from(joined)
    query = query.order_by(line.c.event_id)
    rows = list(connection.execute(query))
    gone = next((row.event_id for row in rows if row.id is None), None)
    if gone is not None:
        raise Inconsistent(
            f"Event {gone} was deleted before it was signed. Run: help-clip audit verify"
        )
    return rows


def last_signed(connection: Connection, keys: Keys) -> Edge:
    """Return the stored tree after checking it against the last checkpoint.

    Raises `Inconsistent`.
    """
    note = latest(connection)
    signed = None
    size = 0
    if note is not None:
        signed = checkpoint.verify(note, keys.verifiers)
        size = signed.size
    newest = connection.execute(select(func.max(entries.c.idx))).scalar_one()
    n_entries = 0
    if newest is not None:
        n_entries = newest + 1
    if n_entries != size:
        raise Inconsistent(
            f"The last checkpoint covers {size} entries, but there are others. "
            "Run: help-clip audit verify"
        )
    edge = load_edge(connection, size)
    if signed is not None and edge.root() != signed.root:
        raise Inconsistent(
            "The stored tree is not the one last signed. Run: help-clip audit verify"
        )
    return edge


def _write(
    connection: Connection,
    edge: Edge,
    rows: list[Any],
) -> None:
    first = edge.size
    changed = edge.append([leaf_hash(row.canonical) for row in rows])
    given = [
        {
            "idx": first + n,
            "event_id": row.id,
        }
        for n, row in enumerate(rows)
    ]
    insert_many(connection, entries, given)
    insertion = insert_into(connection, tiles)
    put = insertion.on_conflict_do_update(
        index_elements=["level", "idx"],
        set_={"hashes": insertion.excluded.hashes},
    )
    connection.execute(put, as_rows(changed))
    count(connection, rows)
    if connection.dialect.name == "postgresql":
        done = select(entries.c.event_id).where(entries.c.idx >= first)
        connection.execute(delete(unsequenced).where(unsequenced.c.event_id.in_(done)))


def _sign(
    connection: Connection,
    keys: Keys,
    edge: Edge,
    now: datetime,
) -> None:
    # Published checkpoints are kept, and of the others only the newest.
    connection.execute(delete(checkpoints).where(checkpoints.c.published_at.is_(None)))
    note = keys.sign(edge.size, edge.root())
    connection.execute(
        insert(checkpoints).values(
            size=edge.size,
            note=note,
            signed_at=now,
        )
    )
