"""Announcing checkpoints in the auditors' channel.

A copy outside the database then shows what was signed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.audit.announced import last_announced
from storage.audit.proofs.anchors import Announce
from storage.audit.proofs.checkpoint import Checkpoint
from storage.records.outbox import PostCheckpoint
from storage.store import Transaction

ANNOUNCE_EVERY = timedelta(hours=1)


def announce_checkpoints(clock: Callable[[], datetime]) -> Announce:
    """Return a function that enqueues the newest checkpoint, at most once an hour.

    A checkpoint that comes too soon after the last one waits: the newest of a busy hour
    is announced at its end, also when no further event follows.
    """

    def announce(tx: Transaction, found: Checkpoint) -> None:
        # The message names the checkpoint that is the newest when it is sent.
        del found
        due = clock()
        last = last_announced(tx.log)
        if last is not None:
            due = max(due, last + ANNOUNCE_EVERY)
        tx.outbox.enqueue(PostCheckpoint(), now=due)

    return announce
