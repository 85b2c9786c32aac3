"""How often a person may call colleagues for a talk."""

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Conflict
from bot.text import text


@dataclass(frozen=True, kw_only=True)
class TalkLimits:
    """The limits of `/clip-talk`, and how long *Not now* silences a colleague's calls.

    `per_colleague` counts the calls that one person sends to one colleague in a day,
    `per_hour` all calls of one person in an hour.
    """

    per_colleague: int = 2
    per_hour: int = 6
    not_now: timedelta = timedelta(hours=24)


def check_hour(limits: TalkLimits, n_calls: int) -> None:
    """Raise `Conflict` if the person has called often enough in the last hour."""
    if n_calls >= limits.per_hour:
        raise Conflict(text("distress.talk.hour_full"))


def check_day(limits: TalkLimits, n_calls: int) -> None:
    """Raise `Conflict` if the person has called this colleague often enough today."""
    if n_calls >= limits.per_colleague:
        raise Conflict(text("distress.talk.day_full"))
