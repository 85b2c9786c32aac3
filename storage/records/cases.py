"""Cases: what follows when somebody stops a clip as distressing."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from storage.records.people import Person


class Severity(StrEnum):
    """How bad it is, as whoever stopped it says, and only if they want to."""

    UNKNOWN = "unknown"
    UPSETTING = "upsetting"
    SERIOUS = "serious"
    DANGER = "danger"  # someone may be in danger now

    @property
    def rank(self) -> int:
        """0 to 3, as the access log keeps it."""
        return list(Severity).index(self)


class CaseState(StrEnum):
    """Where a case is. A closed one leaves its clip open again, or closed for good."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"
    KEPT = "kept"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One stopped clip and who looks after it.

    `stage` counts how far along the chain it has been paged; `due_at` is when the clock
    of its state runs out (None once closed); `overdue_since` is set from the first time
    it did.
    """

    id: int
    key: str
    clip_id: str
    request_id: int | None
    desk: str | None
    severity: Severity
    state: CaseState
    opened_at: datetime
    stage: int
    due_at: datetime | None
    overdue_since: datetime | None = None
    officer: Person | None = None
    former_officer: Person | None = None  # whose reply was not enough
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    is_drill: bool = False

    @property
    def name(self) -> str:
        """A drill is called like any case until somebody comes: so fast they come to a
        real one.
        """
        known = self.is_drill and (self.acknowledged_at is not None or self.is_closed)
        return f"Drill {self.id}" if known else f"Case {self.id}"

    @property
    def is_closed(self) -> bool:
        return self.state in {CaseState.RELEASED, CaseState.KEPT}

    def evolve(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Report:
    """One person's press of Stop on a case's clip. `severity` is what they said, if
    anything.
    """

    case_id: int
    reporter: Person
    severity: Severity
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One step of the checklist, done. `version` is that of the checklist at the
    time.
    """

    step: str
    version: str
    officer: Person
    ticked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the officer wrote to those who stopped the clip."""

    id: int
    case_id: int
    officer: Person
    text: str
    sent_at: datetime
