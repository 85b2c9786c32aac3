"""Hearing one span less disguised: asked for by one person, agreed to by another, played once."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.people import Person


@dataclass(frozen=True, kw_only=True)
class CloserListen:
    """`key` is the unguessable id used in addresses. Nothing but ids: the reasons are beside the
    access log."""

    key: str
    request_id: int
    desk: str
    listener: Person
    asked_at: datetime
    asked_as: int  # the event that recorded it; the reason is beside that
    decided_by: Person | None = None
    decided_at: datetime | None = None
    approved: bool = False
    used_at: datetime | None = None
