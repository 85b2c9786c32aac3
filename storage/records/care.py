"""What is kept for one person alone: breaks, what they met, what they chose, calls for
a chat.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


@dataclass(frozen=True, kw_only=True)
class Break:
    """A pause somebody took. `ended_at` is set when they ended it before its time."""

    id: int
    person: Person
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """A recording that was stopped, and that this person has heard or stopped. Never
    which one.
    """

    at: datetime
    stopped_it: bool


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What somebody chose for themselves. `not_offered` are categories, no reason
    kept.
    """

    weekly_line: bool = True
    in_circle: bool = False
    not_offered: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A call for a chat. It has no field a recording could travel in."""

    id: int
    key: str
    caller: Person
    called_at: datetime
    taken_by: Person | None = None


class Slip(StrEnum):
    """What of a recording turned up in a chat between two people, as it is counted."""

    FILE = "file"
    LINK = "link"
    CLIP = "clip"
    SPAN = "span"
    QUOTE = "quote"
