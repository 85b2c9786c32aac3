"""Anchors: checkpoints kept outside the database, so that a cut-off end is noticed.

Each is written once, under its tree's size, to a folder or object store that another
operator keeps than the database's. The auditors' Slack channel gets the same text.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from storage.audit.log.sequencer import Inconsistent, latest
from storage.audit.log.tree import root_at
from storage.audit.proofs import checkpoint
from storage.audit.proofs.checkpoint import Checkpoint, Keys
from storage.audit.proofs.note import BadNote, Verifier, parse
from storage.audit.proofs.restores import FOLDER as RESTORES
from storage.audit.proofs.restores import (
    Restore,
    anchors_folder,
    is_kept,
    kept_size,
    read_restores,
)
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
    n_restores = len(read_restores(anchors, keys.verifiers))
    name = _name(found.size, n_restores)
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


def read_kept(
    anchors: Blobs, trusted: Sequence[Verifier]
) -> tuple[list[str], list[Restore]]:
    """Return the notes that the log of today has to continue, and its restores.

    A restore leaves out what was anchored beyond it; those notes are held to be genuine
    all the same. Raises `BadNote`.
    """
    restores = read_restores(anchors, trusted)
    kept = []
    for number in range(len(restores) + 1):
        limit = kept_size(restores, number)
        for name in anchors.names(anchors_folder(number)):
            signed = anchors.get(name).decode("utf-8", "replace")
            if is_kept(checkpoint.verify(signed, trusted), limit):
                kept.append(signed)
    return kept, restores


def newest_anchored(
    tx: Transaction,
    keys: Keys,
    anchors: Blobs,
    size: int,
) -> int:
    """Return the size of the newest anchor, of a log that ends at `size` now.

    Raises `Inconsistent` unless the log continues the newest anchor that it reaches.
    """
    restores = read_restores(anchors, keys.verifiers)
    n_anchored = 0
    reached: Checkpoint | None = None
    for name in anchors.names(anchors_folder(len(restores))):
        signed = anchors.get(name).decode("utf-8", "replace")
        found = checkpoint.verify(signed, keys.verifiers)
        n_anchored = found.size
        if found.size <= size:
            reached = found
    if reached is not None and root_at(tx.connection, reached.size) != reached.root:
        raise _forked(reached)
    return n_anchored


def is_rolled_back(tx: Transaction, anchors: Blobs) -> bool:
    """Return whether more was anchored than the log holds, without a look at signatures.

    So looks a database that was restored from a backup, until that is recorded.
    """
    n_restores = len(anchors.names(RESTORES))
    names = anchors.names(anchors_folder(n_restores))
    if not names:
        return False
    size = 0
    note = latest(tx.connection)
    if note is not None:
        size = checkpoint.parse(parse(note).text).size
    newest = names[-1].rpartition("/")[2]
    try:
        return size < int(newest)
    except ValueError:
        raise BadNote("A file among the anchors is not named as they are.") from None


def check_anchored(
    store: Store,
    keys: Keys,
    anchors: Blobs,
) -> Checkpoint | None:
    """Return the newest anchored checkpoint after checking that the tree continues it.

    Raises `Inconsistent` when the tree is shorter (rolled back) or another one
    (forked).
    """
    n_restores = len(read_restores(anchors, keys.verifiers))
    names = anchors.names(anchors_folder(n_restores))
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
                "it was rolled back. After a restore run: help-clip db restored"
            )
        if root_at(tx.connection, newest.size) != newest.root:
            raise _forked(newest)
    return newest


def _forked(anchored: Checkpoint) -> Inconsistent:
    return Inconsistent(
        f"The log's first {anchored.size} entries are not those that were anchored. "
        "Run: help-clip audit verify"
    )


def _name(size: int, n_restores: int) -> str:
    return f"{anchors_folder(n_restores)}/{size:018d}"


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
