"""Telling the auditors' channel of checkpoints, so that somebody else holds what was
signed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.audit.announced import last_announced
from storage.audit.proofs.anchors import Announce
from storage.audit.proofs.checkpoint import Checkpoint
from storage.records.outbox import PostCheckpoint
from storage.store import Transaction

TELL_EVERY = timedelta(hours=1)


def tell_auditors(clock: Callable[[], datetime]) -> Announce:
    """Asks for a message about the newest checkpoint, at most one an hour.

    One that comes too soon after the last waits: the newest of a busy hour is told at
    its end, also when nothing happens any more.
    """

    def tell(tx: Transaction, found: Checkpoint) -> None:
        del found  # the message names the newest as it is then
        now, last = clock(), last_announced(tx.log)
        due = max(now, last + TELL_EVERY) if last else now
        tx.outbox.enqueue(PostCheckpoint(), now=due)

    return tell
