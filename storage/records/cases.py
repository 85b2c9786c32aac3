"""Cases: each follows the stop of a distressing clip."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from storage.records.people import Person


class Severity(StrEnum):
    """How severe a recording is in the reporter's view, where the reporter gave one."""

    UNKNOWN = "unknown"
    UPSETTING = "upsetting"
    SERIOUS = "serious"
    # A person may be in danger now.
    DANGER = "danger"

    @property
    def rank(self) -> int:
        """Return 0 to 3, as recorded in the access log."""
        return list(Severity).index(self)


class CaseState(StrEnum):
    """The state of a case. `RELEASED` opens the clip again, `KEPT` keeps it closed."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"
    KEPT = "kept"


class StopReason(StrEnum):
    """A reporter's answer about stops of recordings that they had not heard here."""

    HEARD_ELSEWHERE = "heard_elsewhere"
    ASKED_TO = "asked_to"
    MISTAKE = "mistake"

    @property
    def rank(self) -> int:
        """Return 1 to 3, as recorded in the access log."""
        return list(StopReason).index(self) + 1


@dataclass(frozen=True, kw_only=True)
class StopBundle:
    """The stops by one person, within an hour, of recordings unknown to that person.

    A recording is unknown to a person who neither heard it nor was offered it.
    `paged_stage` is the latest stage that was paged about all of them together, and
    `paged_at` the time of that message, which may be to come.
    """

    id: int
    key: str
    reporter: Person
    started_at: datetime
    paged_stage: int | None = None
    paged_at: datetime | None = None
    reason: StopReason | None = None
    explained_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One stopped clip and the officer who takes care of it.

    `stage` counts the stages of officers called so far. `due_at` is when the clock of
    the state runs out; it is None once the case is closed. `overdue_since` is set when
    the clock first runs out.
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
    # The officer whose reply was not enough for a reporter.
    former_officer: Person | None = None
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    is_drill: bool = False
    # The bundle of a case that no person opened or joined who knew the recording.
    bundle_id: int | None = None

    @property
    def name(self) -> str:
        """Return the name that people read.

        A drill has the name of a case until an officer comes, so that officers come as
        fast as to a case.
        """
        officer_came = self.acknowledged_at is not None or self.is_closed
        if self.is_drill and officer_came:
            return f"Drill {self.id}"
        return f"Case {self.id}"

    @property
    def is_closed(self) -> bool:
        return self.state in {CaseState.RELEASED, CaseState.KEPT}

    def evolve(self, **changes: object) -> Self:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Report:
    """One person's stop of a case's clip. `severity` is the reporter's grade."""

    case_id: int
    reporter: Person
    severity: Severity
    reported_at: datetime


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One done step of the checklist, with the checklist's version at that time."""

    step: str
    version: str
    officer: Person
    ticked_at: datetime


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An officer's reply to the reporters."""

    id: int
    case_id: int
    officer: Person
    text: str
    sent_at: datetime
