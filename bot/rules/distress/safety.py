"""The safety settings of desks.toml: stages of officers, checklists, contacts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from storage.records import Severity

_MINUTES = {
    Severity.DANGER: 5.0,
    Severity.SERIOUS: 60.0,
    Severity.UPSETTING: 24 * 60.0,
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The people called together, by direct message and in a channel."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    channel_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a checklist; `id` is recorded when the step is done."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The steps of an officer in one country.

    `authorities` states which people may contact the authorities; help-clip contacts
    none. `desks` are the desks of the checklist; the first checklist without desks is
    for all others.
    """

    country: str
    version: str
    authorities: str
    steps: tuple[Step, ...]
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A contact for reporters at one site."""

    site: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Safety:
    """The settings for stopped clips.

    `stages` are called in order; the administrators are called after the last.
    """

    stages: tuple[Stage, ...] = ()
    patience: Mapping[Severity, timedelta] = field(
        default_factory=lambda: {
            severity: timedelta(minutes=minutes)
            for severity, minutes in _MINUTES.items()
        }
    )
    reply_within: timedelta = timedelta(hours=48)
    monthly_drill: bool = False
    checklists: tuple[Checklist, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def checklist(self, desk: str | None) -> Checklist | None:
        """Return the checklist for recordings of one desk."""
        for checklist in self.checklists:
            if desk in checklist.desks:
                return checklist
        for checklist in self.checklists:
            if not checklist.desks:
                return checklist
        return None
