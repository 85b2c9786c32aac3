"""Elevated listens: one person asks, another approves, and one play follows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class Elevation(StrEnum):
    """The protection that an elevated listen leaves out; never both kinds."""

    # The voice of the span is disguised one step less.
    LESS_DISGUISED = "less_disguised"
    # The words around the span are unmasked, in the full disguise.
    UNMASKED = "unmasked"


@dataclass(frozen=True, kw_only=True)
class ElevatedListen:
    """One elevated listen, with ids only.

    `key` is the unguessable id used in addresses. `asked_as` is the event that recorded
    the ask; the reason is kept as that event's committed detail.
    """

    key: str
    request_id: int
    desk: str
    listener: Person
    closeness: Elevation
    asked_at: datetime
    asked_as: int
    decided_by: Person | None = None
    decided_at: datetime | None = None
    approved: bool = False
    used_at: datetime | None = None
