"""Counts a day, kept by the sequencer in the transaction that sequences the events counted."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table

from storage.audit.tables import days, people
from storage.upsert import insert_many

_EPOCH = date(1970, 1, 1)


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01, in UTC."""
    return (moment.astimezone(UTC).date() - _EPOCH).days


def count(connection: Connection, rows: Iterable[Any]) -> None:
    """Add these rows of `events` to the counts."""
    numbers: Counter[tuple[Any, ...]] = Counter()
    played: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        who = (row.team_id or "", row.user_id or "")
        key = (day_of(row.at), *who, row.desk or "", row.action, row.outcome)
        numbers[key] += 1
        played[key] += _played(row.canonical)
    _add(connection, people, numbers, played, personal=True)
    _add(connection, days, numbers, played, personal=False)


def _played(canonical: bytes) -> int:
    if b'"played_ms"' not in canonical:
        return 0
    try:
        return int(json.loads(canonical)["numbers"]["played_ms"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0  # not an event of ours: verifying says so, counting goes on


def _add(
    connection: Connection,
    table: Table,
    numbers: Counter[tuple[Any, ...]],
    played: Counter[tuple[Any, ...]],
    *,
    personal: bool,
) -> None:
    names = [column.name for column in table.primary_key]
    sums: dict[tuple[Any, ...], list[int]] = {}
    for key, n in numbers.items():
        kept = key if personal else (key[0], *key[3:])
        total = sums.setdefault(kept, [0, 0])
        total[0] += n
        total[1] += played[key]
    rows = [
        {**dict(zip(names, key, strict=True)), "events": n, "played_ms": ms}
        for key, (n, ms) in sorted(sums.items())
    ]
    clause = (
        f"ON CONFLICT ({', '.join(names)}) DO UPDATE SET "
        f"events = {table.name}.events + excluded.events, "
        f"played_ms = {table.name}.played_ms + excluded.played_ms"
    )
    insert_many(connection, table, rows, clause)
