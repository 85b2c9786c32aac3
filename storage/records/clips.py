"""What the clip source says of a recording."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Consent(StrEnum):
    """What the speaker allowed; anything but `granted` refuses."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class TimingSource(StrEnum):
    """Who timed the transcript's words, and so how far they may be off."""

    HUMAN = "human"
    RECOGNISER = "recogniser"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Span:
    """Half-open `[start_ms, end_ms)` on the original clip."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    def overlaps(self, other: "Span") -> bool:
        return self.start_ms < other.end_ms and other.start_ms < self.end_ms


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word of a draft transcript.

    `confidence` is in [0, 1], where the source gives one. `within` is the stretch in ms
    that is known to hold the word where the word's own times are only a guess.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None
    within: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What the clip source says of a recording. Holds nothing that identifies the
    customer.
    """

    clip_id: str
    locale: str
    recorded_at: datetime | None
    speaker: str | None  # a pseudonym
    consent: Consent
    words: tuple[Word, ...]
    timing: TimingSource = TimingSource.UNKNOWN
    child: bool = False  # a child speaks: only for desks that are there for children
