"""Looking after whoever listens: limits, breaks, what is not offered, what may be
counted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Invalid
from bot.rules.people.permission_table import Refusal
from storage.records import Break, Difficulty, Exposure, Request

BREAKS = {15: "15 minutes", 60: "an hour", 480: "the rest of the day"}
USUAL_BREAK = 15
FEWEST_COUNTED = 5  # people; below that a number would point at somebody
DAY = timedelta(days=1)

STOPPED_BEFORE = "stopped_before"
CATEGORIES = {STOPPED_BEFORE: "Recordings that were stopped once and opened again"} | {
    str(difficulty): label
    for difficulty, label in {
        Difficulty.TWO_VOICES: "Two voices at once",
        Difficulty.OTHER_LANGUAGE: "Another language",
        Difficulty.NOISE: "Noise",
    }.items()
}

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, kw_only=True)
class Care:
    """A desk's limit: so many stopped recordings in a day, then a cool-down."""

    stops_a_day: int = 3
    cool_down: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Why nothing is offered to somebody now, and until when."""

    until: datetime
    chosen: bool  # a break of their own, which they may end; else the desk's cool-down


def rest_of(
    breaks: Sequence[Break],
    met: Sequence[Exposure],
    limits: Sequence[Care],
    now: datetime,
) -> Rest | None:
    """Whether somebody rests now: a break they took, or the cool-down of the strictest
    desk.

    `met` is what they met in the last day, newest first.
    """
    taken = [b.ends_at for b in breaks if b.ended_at is None and b.ends_at > now]
    if taken:
        return Rest(until=max(taken), chosen=True)
    ends = [
        met[0].at + c.cool_down for c in limits if met and len(met) >= c.stops_a_day
    ]
    until = max(ends, default=now)
    return Rest(until=until, chosen=False) if until > now else None


def may_listen_now(rest: Rest | None) -> Refusal | None:
    """Nothing is played to somebody who rests."""
    if rest is None:
        return None
    if rest.chosen:
        return Refusal(
            rule="on_break",
            sentence="You are taking a break. End it on your care page first.",
        )
    return Refusal(
        rule="cool_down",
        sentence="You have met several hard recordings today. "
        f"Listening opens again at {rest.until:%H:%M} UTC; colleagues cover for you.",
    )


def is_offered(
    request: Request, not_offered: frozenset[str], stopped_before: set[str]
) -> bool:
    """Whether a request is offered to somebody who asked not to be offered some."""
    if STOPPED_BEFORE in not_offered and request.clip_id in stopped_before:
        return False
    return not_offered.isdisjoint({*request.difficulties, f"desk:{request.desk}"})


def countable(met: Mapping[str, int], limit: int) -> tuple[int, int, int] | None:
    """How many people met how many stopped recordings, and how many of them reached the
    limit.

    None for fewer than five people: a total over fewer would tell of one.
    """
    if len(met) < FEWEST_COUNTED:
        return None
    return len(met), sum(met.values()), sum(n >= limit for n in met.values())


def called_colleague(text: str) -> str | None:
    """Whom `/clip-talk` names: nobody, or one mention. Raises `Invalid` for anything
    else.

    A call that takes no words cannot carry a recording's id, a span, a quote or a file.
    """
    if not text.strip():
        return None
    named = _MENTION.fullmatch(text.strip())
    if named is None:
        raise Invalid(
            "A call for a chat carries no words. Type /clip-talk alone, or with one colleague: "
            "/clip-talk @name. What you want to say, you say to each other."
        )
    return named.group(1)
