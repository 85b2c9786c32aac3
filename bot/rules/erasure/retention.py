"""Retention times of the data of closed requests."""

from dataclasses import dataclass
from datetime import timedelta

DRAFT_TIME = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Retention times of a desk, counted from the closing of a request.

    The defaults are for a desk without settings. `answers` is for texts that people
    typed: guesses and proposals. `key` is for the clip's key, which is never shredded
    before its last snippet. `accidental` is how long an erasure that answers caused can
    still be stopped; 0 erases at once.
    """

    snippet: timedelta = timedelta(hours=24)
    answers: timedelta = timedelta(days=30)
    key: timedelta = timedelta(hours=24)
    accidental: timedelta = timedelta(hours=24)
