"""How much one person has listened lately, and what they heard."""

from dataclasses import dataclass

from storage.records.clips import Span


@dataclass(frozen=True, kw_only=True)
class Habit:
    """One person's recent listening in one language.

    Presses and clips are of the last hour, requests of the last day. `n_unanswered`
    counts requests heard at least ten minutes ago and open at that time that the person
    neither answered nor declined nor ruled on.
    """

    locale: str
    n_presses: int
    n_clips: int
    n_requests: int
    n_unanswered: int


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A part of a clip that one person was granted to hear."""

    clip_id: str
    part: Span
