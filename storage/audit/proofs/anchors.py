"""Anchors: checkpoints kept outside the database, so that a cut-off end is noticed.

Each is written once, under its tree's size, to a folder or object store that another
operator keeps than the database's. The auditors' Slack channel gets the same text.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from storage.audit.log.sequencer import Inconsistent, latest
from storage.audit.log.tree import root_at
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Checkpoint, Keys
from storage.audit.proofs.witness import Witnesses
from storage.blobs import Blobs
from storage.records import Action, Event, Origin, Outcome
from storage.store import Store, Transaction
from storage.tables import checkpoints, entries, events

FOLDER = "checkpoints"
PUBLISH_EVERY = timedelta(minutes=5)
# In entries.
PUBLISH_AFTER = 10_000

Announce = Callable[[Transaction, Checkpoint], None]


def publish(
    store: Store,
    keys: Keys,
    anchors: Blobs | None,
    now: datetime,
    announce: Announce | None = None,
    witnesses: Witnesses | None = None,
    *,
    at_once: bool = False,
) -> Checkpoint | None:
    """Publish the newest checkpoint and record that, or return None if none is due.

    `witnesses` may cosign it, it is written to `anchors`, and `announce` may add an
    outbox row in the transaction that records it. Raises `Inconsistent` when the log
    does not continue an earlier anchor.
    """
    with store.read() as tx:
        note = latest(tx.connection)
        if note is None:
            return None
        if not (at_once or _is_due(tx, now)):
            return None
        found = checkpoint.verify(note, keys.verifiers)
    if anchors is not None:
        check_anchored(store, keys, anchors)
    cosigned = note
    if witnesses is not None:
        cosigned = witnesses.cosign(store, note, found)
    if anchors is not None:
        _anchor(anchors, keys, found, cosigned)
    elif announce is None and cosigned == note:
        # No copy exists outside the database.
        return None
    with store.begin() as tx:
        tx.connection.execute(
            update(checkpoints)
            .where(checkpoints.c.size == found.size)
            .values(note=cosigned, published_at=now)
        )
        tx.log.record(_event(found, now))
        if announce is not None:
            announce(tx, found)
    return found


def _anchor(
    anchors: Blobs,
    keys: Keys,
    found: Checkpoint,
    note: str,
) -> None:
    name = _name(found.size)
    if not anchors.put_new(name, note.encode()):
        before = checkpoint.verify(anchors.get(name).decode(), keys.verifiers)
        if before != found:
            raise Inconsistent(
                f"Another tree of {found.size} entries was anchored before."
            )


def read_anchored(anchors: Blobs) -> list[str]:
    """Return every anchored checkpoint's note, by size."""
    return [
        anchors.get(name).decode("utf-8", "replace") for name in anchors.names(FOLDER)
    ]


def check_anchored(
    store: Store,
    keys: Keys,
    anchors: Blobs,
) -> Checkpoint | None:
    """Return the newest anchored checkpoint after checking that the tree continues it.

    Raises `Inconsistent` when the tree is shorter (rolled back) or another one
    (forked).
    """
    names = anchors.names(FOLDER)
    if not names:
        return None
    newest = checkpoint.verify(
        anchors.get(names[-1]).decode("utf-8", "replace"), keys.verifiers
    )
    with store.read() as tx:
        note = latest(tx.connection)
        size = 0
        if note is not None:
            size = checkpoint.verify(note, keys.verifiers).size
        if size < newest.size:
            raise Inconsistent(
                f"The log ends at entry {size}, but {newest.size} entries were anchored: "
                "it was rolled back. Run: help-clip audit verify"
            )
        if root_at(tx.connection, newest.size) != newest.root:
            raise Inconsistent(
                f"The log's first {newest.size} entries are not those that were anchored. "
                "Run: help-clip audit verify"
            )
    return newest


def _name(size: int) -> str:
    return f"{FOLDER}/{size:018d}"


def _is_due(tx: Transaction, now: datetime) -> bool:
    newest = select(func.max(checkpoints.c.size)).scalar_subquery()
    size = tx.connection.execute(select(newest)).scalar_one()
    last = tx.connection.execute(
        select(checkpoints.c.size, checkpoints.c.published_at)
        .where(checkpoints.c.published_at.is_not(None))
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return True
    if size - last.size >= PUBLISH_AFTER:
        return True
    return now - last.published_at >= PUBLISH_EVERY and _has_news(tx, last.size)


def _has_news(tx: Transaction, size: int) -> bool:
    # Publishing is an event too, but that event alone is no reason to publish again.
    query = (
        select(entries.c.idx)
        .join(events, events.c.id == entries.c.event_id)
        .where(entries.c.idx >= size, events.c.action != Action.CHECKPOINT_PUBLISHED)
        .limit(1)
    )
    return tx.connection.execute(query).first() is not None


def _event(found: Checkpoint, now: datetime) -> Event:
    return Event(
        at=now,
        action=Action.CHECKPOINT_PUBLISHED,
        outcome=Outcome.ALLOWED,
        actor=None,
        role=None,
        origin=Origin.WORKER,
        numbers={"size": found.size},
    )
