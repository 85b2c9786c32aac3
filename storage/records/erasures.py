"""Erasures, the receipt for each place, and deletions at the source."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class Why(StrEnum):
    """The reason for an erasure."""

    # A person with a right to it asked for it.
    ASKED = "asked"
    # The speaker withdrew consent.
    CONSENT = "consent"
    # The recording should not have been made.
    ACCIDENTAL = "accidental"


class Place(StrEnum):
    """A place in which data of a clip or person may be kept."""

    PLAYERS = "players"
    KEY = "key"
    SNIPPETS = "snippets"
    # Texts that people typed: answers, guesses, rulings, drafts, results.
    WORDS = "words"
    # The messages of one request.
    SLACK = "slack"
    # Results in the sink, and the recording at its source.
    EXPORTS = "exports"
    SESSIONS = "sessions"


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """An erasure of a clip or of a colleague; the other of the two is None."""

    id: int
    clip_id: str | None
    person: Person | None
    why: Why
    asked_at: datetime
    done_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"E-{self.id}"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The state of one place of an erasure.

    `done_at` is set once the place is clean. `failure` is the reason why the last try
    failed.
    """

    id: int
    erasure_id: int
    place: Place
    request_id: int | None
    due_at: datetime
    done_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, kw_only=True)
class WaitingErasure:
    """An erasure that answers caused, not begun before `due_at`.

    `ended_at` is set once it has begun, or once `kept_by` kept the clip.
    """

    id: int
    key: str
    clip_id: str
    request_id: int
    desk: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    kept_by: Person | None = None


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """An order to the result sink: delete the recording and the requests' results.

    It is idempotent on `id`.
    """

    id: str
    clip_id: str
    why: Why
    requests: tuple[str, ...]
    asked_at: datetime
