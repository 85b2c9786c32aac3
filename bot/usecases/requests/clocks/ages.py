"""How many requests wait for people, how many of them are late, and the oldest."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.rules.requests import clocks, lifecycle
from bot.usecases.services import Services
from storage.records import RequestState
from storage.requests.clocks import LateBefore, Waiting


def read_waiting(
    services: Services,
    now: datetime,
    desks: Collection[str] | None = None,
) -> Mapping[RequestState, Waiting]:
    """Return the open and the disputed requests of these desks; None means all desks.

    A request of a removed desk is never late.
    """
    found = {}
    with services.store.read() as tx:
        for state in sorted(lifecycle.TIMED):
            limits = _limits(services, state, now)
            found[state] = tx.clocks.waiting(state, limits, desks)
    return found


def _limits(
    services: Services,
    state: RequestState,
    now: datetime,
) -> list[LateBefore]:
    """Return the desks with the same time together."""
    by_time: dict[timedelta, set[str]] = defaultdict(set)
    for desk in services.desks.desks.values():
        by_time[clocks.time_allowed(desk, state)].add(desk.id)
    return [
        LateBefore(desks=frozenset(desks), time=now - allowed)
        for allowed, desks in by_time.items()
    ]
