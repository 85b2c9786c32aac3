"""Erasures, the receipt of each place, and clips that stay closed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.people import Person


class Why(StrEnum):
    """Why something is erased."""

    ASKED = "asked"  # somebody has a right to it
    CONSENT = "consent"  # the speaker's consent is withdrawn
    ACCIDENTAL = "accidental"  # it should not have been recorded


class Place(StrEnum):
    """Where something may be kept; each gets a receipt."""

    PLAYERS = "players"
    KEY = "key"
    SNIPPETS = "snippets"
    WORDS = "words"  # what people typed: answers, guesses, rulings, drafts, results
    SLACK = "slack"  # the messages of one request
    # What the result sink was given; asks the source to delete the recording
    EXPORTS = "exports"
    SESSIONS = "sessions"


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Of a clip, or of a person who works here; the other is None."""

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
    """That one place is clean: `done_at`. `failure` is why the last try was in vain."""

    id: int
    erasure_id: int
    place: Place
    request_id: int | None
    due_at: datetime
    done_at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """What the result sink is told: delete the recording, forget results of these
    requests.

    Idempotent on `id`.
    """

    id: str
    clip_id: str
    why: Why
    requests: tuple[str, ...]
    asked_at: datetime
