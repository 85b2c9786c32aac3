"""Recordings as the clip source describes them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Consent(StrEnum):
    """The speaker's consent. Only `granted` allows a recording to be heard."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class TimingSource(StrEnum):
    """The source of a transcript's word times, which decides their tolerance."""

    HUMAN = "human"
    RECOGNISER = "recogniser"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A half-open stretch [start_ms, end_ms) of the original clip."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms

    def overlaps(self, other: "Span") -> bool:
        return self.start_ms < other.end_ms and other.start_ms < self.end_ms

    def widened(self, by_ms: int) -> "Span":
        """Return the stretch with `by_ms` more on either side, within the clip's start."""
        return Span(
            start_ms=max(0, self.start_ms - by_ms),
            end_ms=self.end_ms + by_ms,
        )


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
    """A recording as the clip source describes it.

    No field identifies the customer. `speaker` is a pseudonym. A clip in which a child
    speaks (`child`) goes only to desks for such clips.
    """

    clip_id: str
    locale: str
    recorded_at: datetime | None
    speaker: str | None
    consent: Consent
    words: tuple[Word, ...]
    timing: TimingSource = TimingSource.UNKNOWN
    child: bool = False
