"""Small values for storage tests."""

from datetime import UTC, datetime, timedelta
from itertools import count

from storage.records import (
    Action,
    Event,
    Origin,
    Outcome,
    Person,
    Request,
    Role,
    Span,
)
from storage.store import Store, Transaction

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANA, BEN, CLEO = (
    Person(team_id="T1", user_id=user) for user in ("U_ANA", "U_BEN", "U_CLEO")
)

_keys = count(1)


def add_request(tx: Transaction, **changes: object) -> Request:
    """An ordinary request, state `rendering`."""
    values: dict[str, object] = {
        "key": f"key-{next(_keys)}",
        "desk": "en-GB",
        "locale": "en-GB",
        "clip_id": "clip-1",
        "span": Span(start_ms=1200, end_ms=1900),
        "asker": ANA,
        "difficulties": (),
        "guess": None,
        "quorum": 2,
        "asked_at": NOW,
        "expires_at": NOW + timedelta(hours=24),
    }
    return tx.requests.add(**{**values, **changes})  # type: ignore[arg-type]


def new_request(store: Store, **changes: object) -> Request:
    """An ordinary request, committed."""
    with store.begin() as tx:
        return add_request(tx, **changes)


def event(**changes: object) -> Event:
    """An ordinary event: Ana heard a snippet."""
    values: dict[str, object] = {
        "at": NOW,
        "action": Action.SNIPPET_HEARD,
        "outcome": Outcome.ALLOWED,
        "actor": ANA,
        "role": Role.REVIEWER,
        "origin": Origin.PAGE,
        "desk": "en-GB",
        "request": "HC-1001",
        "clip_id": "clip-1",
    }
    return Event(**{**values, **changes})  # type: ignore[arg-type]
