"""Small logs for tests: written, sequenced and signed."""

from datetime import timedelta

from sqlalchemy import insert

from storage.audit.log.append import row_of
from storage.audit.log.sequencer import sequence_all
from storage.audit.proofs.checkpoint import Keys
from storage.audit.proofs.note import Signer
from storage.records import Person
from storage.store import Store
from storage.tables import events, unsequenced
from tests.storage.builders import NOW, SECOND, event

KEYS = Keys((Signer("help-clip.example/log", b"k" * 32),))


def write(store: Store, count: int, first: int = 0) -> None:
    """Append events of several people, clips and desks."""
    rows = [
        row_of(
            event(
                at=NOW + n * SECOND,
                actor=Person(team_id="T1", user_id=f"U{n % 7}"),
                clip_id=f"clip-{n // 5}",
                request=f"HC-{1001 + n // 5}",
                desk=f"desk-{n % 3}",
            )
        )
        for n in range(first, first + count)
    ]
    with store.begin() as tx:
        ids = (
            tx.connection.execute(insert(events).returning(events.c.id), rows)
            .scalars()
            .all()
        )
        if store.engine.dialect.name == "postgresql":
            tx.connection.execute(insert(unsequenced), [{"event_id": n} for n in ids])


def log_of(store: Store, *sizes: int) -> None:
    """Grow the log to each of these sizes, with a checkpoint at each."""
    have = 0
    for size in sizes:
        write(store, size - have, have)
        sequence_all(store, KEYS, lambda: NOW + timedelta(hours=1))
        have = size
