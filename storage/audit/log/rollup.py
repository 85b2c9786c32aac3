"""Daily counts, kept by the sequencer in the transaction that sequences the events."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table

from storage.records import Outcome
from storage.tables import action_days, person_days
from storage.upsert import insert_many

_EPOCH = date(1970, 1, 1)
COUNTS = ("events", "refused", "played_ms")
_Sums = defaultdict[tuple[Any, ...], list[int]]


def day_of(moment: datetime) -> int:
    """Return the days since 1970-01-01 in UTC."""
    return (moment.astimezone(UTC).date() - _EPOCH).days


def _holder(row: Any) -> tuple[str, str, str]:
    """Return desk, team and user of an event; a missing one is empty."""
    return (row.desk or "", row.team_id or "", row.user_id or "")


def count(connection: Connection, rows: Iterable[Any]) -> None:
    """Add these rows of `events` to the counts."""
    actions: _Sums = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        holder = _holder(row)
        sums = actions[row.action, row.outcome, day_of(row.at), *holder]
        sums[0] += 1
        sums[1] += row.outcome != Outcome.ALLOWED
        sums[2] += _played(row.canonical)
    persons: _Sums = defaultdict(lambda: [0, 0, 0])
    for key, sums in actions.items():
        total = persons[key[2:]]
        for n in range(3):
            total[n] += sums[n]
    _add(connection, action_days, actions)
    _add(connection, person_days, persons)


def _played(canonical: bytes) -> int:
    if b'"played_ms"' not in canonical:
        return 0
    try:
        return int(json.loads(canonical)["numbers"]["played_ms"])
    except (ValueError, KeyError, TypeError, RecursionError):
        # Verification reports a row that is no event of ours; the counts skip it.
        return 0


def _add(
    connection: Connection,
    table: Table,
    sums: _Sums,
) -> None:
    keys = [column.name for column in table.primary_key]
    rows = [
        dict(zip((*keys, *COUNTS), (*key, *counted), strict=True))
        for key, counted in sorted(sums.items())
    ]
    added = ", ".join(
        f"{name} = {table.name}.{name} + excluded.{name}" for name in COUNTS
    )
    insert_many(
        connection,
        table,
        rows,
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}",
    )
