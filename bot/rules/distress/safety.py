"""The `[safety]` part of desks.toml: who is called in which order, checklists,
contacts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from storage.records import Severity

_MINUTES = {Severity.DANGER: 5.0, Severity.SERIOUS: 60.0, Severity.UPSETTING: 24 * 60.0}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Who is called together, by direct message and in a channel."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    channel_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a checklist; `id` is what is ticked."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What an officer goes through. It says who may contact the authorities; it
    contacts nobody.

    `desks` are those it is for; the first checklist without any is for all others.
    """

    country: str
    version: str
    authorities: str
    steps: tuple[Step, ...]
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to talk to at one site."""

    site: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Safety:
    """What follows a stop. `stages` are called in order; after the last, the
    administrators.
    """

    stages: tuple[Stage, ...] = ()
    patience: Mapping[Severity, timedelta] = field(
        default_factory=lambda: {
            kind: timedelta(minutes=m) for kind, m in _MINUTES.items()
        }
    )
    reply_within: timedelta = timedelta(hours=48)
    monthly_drill: bool = False
    checklists: tuple[Checklist, ...] = ()
    contacts: tuple[Contact, ...] = ()

    def checklist(self, desk: str | None) -> Checklist | None:
        """The checklist for recordings of one desk."""
        for_desk = (found for found in self.checklists if desk in found.desks)
        for_all = (found for found in self.checklists if not found.desks)
        return next(for_desk, None) or next(for_all, None)
