"""The thread that sequences, signs and anchors the access log."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from storage.audit.log.sequencer import BATCH, sequence
from storage.audit.proofs.anchors import Announce, check_anchored, publish
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.witness import Witnesses
from storage.blobs import Blobs
from storage.errors import StorageError
from storage.store import Store

EVERY_SECONDS = 0.25
# Steps without work between two calls of `publish`, ten seconds; `publish` decides
# whether an anchor is due.
ANCHOR_EVERY_STEPS = 40

log = logging.getLogger(__name__)


class Keeper(threading.Thread):
    """Sequence four times a second until stopped, and anchor signed checkpoints.

    The thread is safe to run in every replica: one works, and the others find nothing
    to do. Before it signs anything it compares the database with the anchors. A failure
    is logged once and the work is tried again.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Callable[[], datetime],
        anchors: Blobs | None = None,
        announce: Announce | None = None,
        witnesses: Witnesses | None = None,
    ) -> None:
        super().__init__(name="log-keeper", daemon=True)
        self._store, self._keys, self._clock = store, keys, clock
        self._anchors, self._announce, self._witnesses = anchors, announce, witnesses
        self._stopping = threading.Event()
        self._checked = anchors is None
        self._rests = 0
        # A sentence while the last attempt failed, else None.
        self.trouble: str | None = None

    def run(self) -> None:
        """Work until `stop` is called."""
        while not self._stopping.is_set():
            if self.step() < BATCH:
                self._stopping.wait(EVERY_SECONDS)

    def stop(self) -> None:
        """Finish the current batch and end."""
        self._stopping.set()

    def step(self) -> int:
        """Sequence one batch, anchor if due, and return the number of events."""
        try:
            done = self._work()
        except Exception as error:  # noqa: BLE001  (the outermost loop of the thread)
            if isinstance(error, StorageError):
                sentence = str(error)
            else:
                sentence = type(error).__name__
            if sentence != self.trouble:
                log.error("The access log is not being signed: %s", sentence)
            self.trouble = sentence
            return 0
        self.trouble = None
        return done

    def _work(self) -> int:
        if self._anchors is not None and not self._checked:
            check_anchored(self._store, self._keys, self._anchors)
            self._checked = True
        done = sequence(self._store, self._keys, self._clock())
        if done < BATCH:
            if self._rests % ANCHOR_EVERY_STEPS == 0:
                self._publish()
            self._rests += 1
        return done

    def _publish(self) -> None:
        anchors, announce, witnesses = self._anchors, self._announce, self._witnesses
        if anchors is not None or announce is not None or witnesses is not None:
            publish(
                self._store,
                self._keys,
                anchors,
                self._clock(),
                announce,
                witnesses,
            )
