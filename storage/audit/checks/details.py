"""Reasons kept beside the log, compared with the digests in their signed events."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from storage.audit.checks.walk import Fault
from storage.records import Action
from storage.tables import events, questions

_BATCH = 1_000
# The digest of these events is of files that are not kept.
_WITHOUT_DETAIL = frozenset({Action.SHARING_SEEN, Action.PACK_SIGNED})


def check_details(connection: Connection) -> int:
    """Return the number of reasons that are as signed.

    Raises `Fault` for the first one that was changed, deleted or added.
    """
    kept = 0
    for row in _rows(connection):
        signed = _digest(row.canonical)
        if row.body is None:
            if signed is not None and row.action not in _WITHOUT_DETAIL:
                raise Fault(
                    "reason missing",
                    f"The reason beside event {row.id} ({row.action}) was deleted.",
                )
            continue
        if hashlib.sha256(row.body.encode()).hexdigest() != signed:
            raise Fault(
                "reason altered",
                f"The reason beside event {row.id} ({row.action}) is not the one "
                "that was signed.",
            )
        kept += 1
    return kept


def _rows(connection: Connection) -> Iterator[Any]:
    """Yield every event with the reason beside it, in order of their ids."""
    last = 0
    query = (
        select(events.c.id, events.c.action, events.c.canonical, questions.c.body)
        .join(questions, questions.c.event_id == events.c.id, isouter=True)
        .order_by(events.c.id)
        .limit(_BATCH)
    )
    while True:
        rows = connection.execute(query.where(events.c.id > last)).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1].id


def _digest(canonical: bytes) -> str | None:
    """Return the digest in an event's bytes, or None."""
    if b'"digest"' not in canonical:
        return None
    try:
        digest = json.loads(canonical)["digest"]
    except (ValueError, KeyError, TypeError, RecursionError):
        # The walk over the entries reports bytes that are no event.
        return None
    return str(digest)
