"""Hearing one span closer: asked for by one person, agreed to by another, played
once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class Closeness(StrEnum):
    """What one play leaves undone that every other play has done; never both."""

    LESS_DISGUISED = "less_disguised"  # the voice of the span, one step
    UNMASKED = "unmasked"  # the words around the span, in the full disguise


@dataclass(frozen=True, kw_only=True)
class CloserListen:
    """`key` is the unguessable id used in addresses. Nothing but ids: the reasons are
    beside the access log.
    """

    key: str
    request_id: int
    desk: str
    listener: Person
    closeness: Closeness
    asked_at: datetime
    asked_as: int  # the event that recorded it; the reason is beside that
    decided_by: Person | None = None
    decided_at: datetime | None = None
    approved: bool = False
    used_at: datetime | None = None
