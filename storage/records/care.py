"""Records that belong to one person: breaks, exposures, choices, calls."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.people import Person


@dataclass(frozen=True, kw_only=True)
class Break:
    """A break of one person. `ended_at` is set if the person ended it early."""

    id: int
    person: Person
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """One stopped recording that a person heard or stopped, without its id.

    `heard` is False for one that the person stopped without a listen here.
    """

    at: datetime
    stopped_it: bool
    heard: bool


@dataclass(frozen=True, kw_only=True)
class Choices:
    """One person's choices. `not_offered` holds categories, without a reason."""

    weekly_line: bool = True
    in_circle: bool = False
    not_offered: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A call for a peer talk. No field of it could carry a recording."""

    id: int
    key: str
    caller: Person
    called_at: datetime
    taken_by: Person | None = None
