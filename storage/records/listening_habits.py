"""How much one person has listened lately."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Habit:
    """In one language: presses and clips of the last hour, requests of the last day.

    `n_unanswered`: requests heard ten minutes ago or longer, still open by then, that
    this person neither answered nor declined nor ruled on.
    """

    locale: str
    n_presses: int
    n_clips: int
    n_requests: int
    n_unanswered: int
