"""Turns at the key and the snippets of a clip, which lie outside the database.

A store of objects may hang. On SQLite a transaction that waits for one would keep out
every writer, alerts about stopped recordings included; so the store is called between
transactions, and a turn keeps other changes of the same clip away meanwhile.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bot.text import text
from bot.usecases.services import Services
from storage.errors import Busy
from storage.replicas.process_names import has_died_here, new_process_name
from storage.store import Transaction

# A process that dies in its turn leaves the clip to others after this time, and at once
# to those on the same machine. A deletion may hang for minutes; a rendering is tried
# again for half a minute.
DELETION_LASTS = timedelta(minutes=10)
RENDERING_LASTS = timedelta(seconds=20)
_LOOK_EVERY_S = 0.05


@contextmanager
def clip_turn(
    services: Services,
    clip_id: str,
    lasts: timedelta = DELETION_LASTS,
    patience_s: float = 5.0,
) -> Iterator[None]:
    """Wait for other turns at this clip, and keep them away. Raises `Busy` after that."""
    turn, holder = _turn(clip_id), new_process_name()
    end_s = time.monotonic() + patience_s
    while not _take(services, clip_id, holder, lasts):
        if time.monotonic() >= end_s:
            raise Busy(text("erasure.hold.being_changed_elsewhere"))
        time.sleep(_LOOK_EVERY_S)
    try:
        yield
    finally:
        with services.store.begin() as tx:
            tx.leases.release(turn, holder)


def _take(
    services: Services,
    clip_id: str,
    holder: str,
    lasts: timedelta,
) -> bool:
    now = _now()
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        turn = _turn(clip_id)
        other = tx.leases.holder_of(turn)
        if other is not None and has_died_here(other):
            tx.leases.release(turn, other)
        return tx.leases.take(turn, holder, now, now + lasts)


def has_turn(tx: Transaction, clip_id: str) -> bool:
    """Return whether a process changes what is kept of the clip. Lock the clip first."""
    return tx.leases.is_held(_turn(clip_id), _now())


def _turn(clip_id: str) -> str:
    return "clip " + hashlib.sha256(clip_id.encode()).hexdigest()[:24]


def _now() -> datetime:
    # An act keeps the time of its beginning, and a purge may go on for long.
    return datetime.now(UTC)
