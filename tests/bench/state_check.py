"""Time and memory of comparing the state with a long log.

`python -m tests.bench.state_check [EVENTS] [DATABASE_URL]`. A database of requests with
a listen and an answer each is written straight into the tables, without signing.
"""

import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from storage.audit.checks.state import check_state
from storage.audit.log.append import row_of
from storage.migrations import upgrade
from storage.records import Action, Person, RequestState, request_name
from storage.store import Store
from storage.tables import events, listens, proposals, requests
from tests.storage.builders import NOW, event

_EVENTS_A_REQUEST = 3
_BATCH = 2_000
_ACTIONS = (Action.REQUEST_ASKED, Action.SNIPPET_HEARD, Action.PROPOSAL_MADE)


def fill(store: Store, n_requests: int) -> None:
    """Write requests, each asked, heard and answered, with their events."""
    for first in range(1, n_requests + 1, _BATCH):
        numbers = range(first, min(first + _BATCH, n_requests + 1))
        with store.begin() as tx:
            run = tx.connection.execute
            run(insert(requests), [_request(n) for n in numbers])
            run(insert(listens), [_listen(n) for n in numbers])
            run(insert(proposals), [_proposal(n) for n in numbers])
            run(insert(events), [row for n in numbers for row in _events(n)])


def _person(number: int) -> Person:
    return Person(team_id="T1", user_id=f"U{number % 50}")


def _at(number: int, step: int) -> Any:
    return NOW + timedelta(seconds=10 * number + step)


def _events(number: int) -> Iterator[dict[str, Any]]:
    for step, action in enumerate(_ACTIONS):
        yield row_of(
            event(
                at=_at(number, step),
                action=action,
                actor=_person(number + step),
                request=request_name(number),
                clip_id=f"clip-{number}",
                desk="english-us",
            )
        )


def _request(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "key": f"k{number}",
        "state": RequestState.OPEN,
        "desk": "english-us",
        "locale": "en-US",
        "clip_id": f"clip-{number}",
        "start_ms": 0,
        "end_ms": 600,
        "asker_team": "T1",
        "asker_user": _person(number).user_id,
        "difficulties": "",
        "quorum": 2,
        "asked_at": _at(number, 0),
        "expires_at": _at(number, 9),
    }


def _listen(number: int) -> dict[str, Any]:
    return {
        "id": f"{number * 2_654_435_761 % 2**32:032x}",
        "request_id": number,
        "listener_team": "T1",
        "listener_user": _person(number + 1).user_id,
        "press": "a" * 16,
        "granted_at": _at(number, 1),
    }


def _proposal(number: int) -> dict[str, Any]:
    return {
        "request_id": number,
        "proposer_team": "T1",
        "proposer_user": _person(number + 2).user_id,
        "answer": "cant_tell",
        "confidence": 2,
        "made_at": _at(number, 2),
    }


def main() -> None:
    """Fill a database, compare, and print the seconds and the memory."""
    n_events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="state-") as folder:
        address = f"sqlite:///{folder}/state.db"
        if len(sys.argv) > 2:
            address = sys.argv[2]
        upgrade(address)
        store = Store(address)
        for part in (n_events // 10, n_events):
            n_requests = part // _EVENTS_A_REQUEST
            if part == n_events:
                store.close()
                address = address.replace("state.db", "long.db")
                upgrade(address)
                store = Store(address)
            fill(store, n_requests)
            began = time.perf_counter()
            cpu = time.process_time()
            found = check_state(store)
            seconds = time.perf_counter() - began
            cpu = time.process_time() - cpu
            tracemalloc.start()
            check_state(store)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            print(
                f"{found.events:,} events and {found.rows:,} rows: {seconds:.1f} s "
                f"({cpu:.1f} s of CPU), {peak / 2**20:.1f} MB at most"
            )
        store.close()


if __name__ == "__main__":
    main()
