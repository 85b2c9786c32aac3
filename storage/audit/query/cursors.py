"""Cursors: the places between the pages of an answer, as text."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.errors import StorageError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([fb])([0-9]{1,17})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class KeysetPlace:
    """The place to continue from; `back` reads against the order of the question."""

    back: bool
    at: datetime
    id: int


def write_cursor(keys: list[tuple[datetime, int]], *, forward: bool) -> str:
    """Return the cursor after the last of these keys, or before the first."""
    direction = "b"
    at, number = keys[0]
    if forward:
        direction = "f"
        at, number = keys[-1]
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return f"{direction}{microseconds}.{number}"


def read_cursor(cursor: str | None) -> KeysetPlace | None:
    """Return the place of a cursor. Raises `StorageError` for an unusable one."""
    if cursor is None:
        return None
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise StorageError(
            "This page marker is not one of ours; ask the question again."
        )
    way, at, number = match.groups()
    return KeysetPlace(
        back=way == "b",
        at=_EPOCH + timedelta(microseconds=int(at)),
        id=int(number),
    )
