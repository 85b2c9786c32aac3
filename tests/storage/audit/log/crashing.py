"""Dies by SIGKILL at one database call after the other, and looks at the log after each
death.

`python -m tests.storage.audit.log.crashing URL`, a program of its own because it forks.
Prints how many deaths the log survived; exit status 1 and a reason as soon as it did
not.
"""

import os
import signal
import sys
from collections.abc import Callable

from sqlalchemy import event as listen
from sqlalchemy import func, select

from storage.audit.checks.database import check
from storage.audit.log.sequencer import sequence, sequence_all
from storage.audit.proofs.anchors import publish, read_anchored
from storage.blobs import open_blobs
from storage.store import Store
from storage.tables import entries, events
from tests.storage.audit.logs import KEYS
from tests.storage.builders import NOW, add_request, event


def die_at(store: Store, number: int) -> None:
    """Kill this process at its `number`-th call: before a statement or a commit."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        listen.listen(store.engine, name, count)


def work(store: Store, folder: str) -> None:
    """An act, sequencing, signing and anchoring."""
    with store.begin() as tx:
        add_request(tx, key=os.urandom(8).hex())
        tx.log.record(event())
    sequence(store, KEYS, NOW)
    publish(store, KEYS, open_blobs(folder), NOW, at_once=True)
    sequence(store, KEYS, NOW)


def look(store: Store, folder: str) -> None:
    """Whatever happened before: everything can be signed, nothing is lost or there
    twice.
    """
    sequence_all(store, KEYS, lambda: NOW)
    found = check(store, KEYS.verifiers, read_anchored(open_blobs(folder)))
    with store.read() as tx:
        n_events = tx.connection.execute(
            select(func.count()).select_from(events)
        ).scalar_one()
        n_entries = tx.connection.execute(
            select(func.count()).select_from(entries)
        ).scalar_one()
        n_requests = len(tx.requests.on_clip("clip-1"))
        acts = (
            select(func.count()).select_from(events).where(events.c.clip_id == "clip-1")
        )
        n_acts = tx.connection.execute(acts).scalar_one()
    assert found.waiting == 0
    assert n_events == n_entries == found.size, (n_events, n_entries, found.size)
    assert n_acts == n_requests, "an act and its events parted"


def apart(
    act: Callable[[Store, str], None], url: str, folder: str, death: int = 0
) -> int:
    """Run `act` in a process of its own; its exit status, or minus the signal."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            store = Store(url)
            if death:
                die_at(store, death)
            act(store, folder)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(url: str, folder: str) -> int:
    """One death after the other, until the work gets through alive."""
    deaths = 0
    while (status := apart(work, url, folder, deaths + 1)) == -signal.SIGKILL:
        deaths += 1
        if apart(look, url, folder) != 0:
            sys.stdout.write(f"the log did not survive death {deaths}\n")
            return 1
    sys.stdout.write(f"{deaths}\n")
    return status


if __name__ == "__main__":
    import traceback

    try:
        sys.exit(main(*sys.argv[1:]))
    except Exception:  # noqa: BLE001  (a fork that fails says why)
        traceback.print_exc()
        sys.exit(1)
