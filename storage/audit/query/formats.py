"""Events as rows for people and other programs: CSV and JSON Lines."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from storage import spreadsheet
from storage.records import RecordedEvent, Setting

COLUMNS = (
    *(
        "id",
        "at",
        "action",
        "outcome",
        "team",
        "user",
        "role",
        "origin",
        "rule",
        "desk",
    ),
    *(
        "request",
        "clip",
        "address",
        "subject_team",
        "subject_user",
        "digest",
        "numbers",
    ),
    *("setting", "old", "new", "tool"),
)


def as_row(found: RecordedEvent) -> dict[str, Any]:
    """Return the event's keys as in its canonical bytes, and its id."""
    body: dict[str, Any] = json.loads(found.canonical)
    return {
        "id": found.id,
        **body,
    }


def setting_words(setting: Setting | None) -> str:
    """Return a changed setting in a few words: `desks.english-us.quorum 2 → 3`."""
    if setting is None:
        return ""
    values = [value for value in (setting.old, setting.new) if value is not None]
    return f"{setting.name} {' → '.join(values)}".strip()


def json_lines(events: Iterable[RecordedEvent]) -> Iterator[str]:
    """Yield one JSON object a line: the id, then the stored and hashed bytes."""
    for found in events:
        yield f'{{"id":{found.id},{found.canonical.decode()[1:]}\n'


def csv_lines(events: Iterable[RecordedEvent]) -> Iterator[str]:
    """Yield RFC 4180 lines with a header."""
    return spreadsheet.csv_lines(chain([COLUMNS], map(_csv_row, events)))


def _csv_row(found: RecordedEvent) -> list[object]:
    row = as_row(found)
    row["numbers"] = " ".join(
        f"{name}={n}" for name, n in row.get("numbers", {}).items()
    )
    return [row.get(name, "") for name in COLUMNS]
