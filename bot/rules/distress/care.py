"""Care for listeners: limits, breaks, categories not offered, and totals."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Invalid
from bot.rules.refusals import Refusal, refuse
from bot.text import text
from storage.records import Break, Difficulty, Exposure, Severity

# Lengths of a break, in minutes; their labels are `distress.break_length.MINUTES`.
BREAKS = (15, 60, 480)
USUAL_BREAK = 15
# In people; a number over fewer would identify a person.
FEWEST_COUNTED = 5
DAY = timedelta(days=1)

STOPPED_BEFORE = "stopped_before"
# Kinds of requests that a person may choose not to be offered, as they are shown. Their
# labels are `distress.category.NAME`.
CATEGORIES = (
    STOPPED_BEFORE,
    str(Difficulty.TWO_VOICES),
    str(Difficulty.OTHER_LANGUAGE),
    str(Difficulty.NOISE),
)

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


@dataclass(frozen=True, kw_only=True)
class Care:
    """A desk's limit of stopped recordings a day, and the cool-down after it."""

    stops_a_day: int = 3
    cool_down: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Rest:
    """Why no request is offered to a person now, and until when.

    `chosen` is True for the person's own break, which the person may end, and False for
    a cool-down.
    """

    until: datetime
    chosen: bool


def rest_of(
    breaks: Sequence[Break],
    met: Sequence[Exposure],
    limits: Sequence[Care],
    now: datetime,
) -> Rest | None:
    """Return the person's current rest: a break, or the strictest desk's cool-down.

    `met` holds the stopped recordings of the last day, newest first; only those that
    the person heard count.
    """
    break_ends = [
        each.ends_at for each in breaks if each.ended_at is None if each.ends_at > now
    ]
    if break_ends:
        return Rest(until=max(break_ends), chosen=True)
    heard = [exposure for exposure in met if exposure.heard]
    if not heard:
        return None
    n_heard = len(heard)
    cool_downs = [limit.cool_down for limit in limits if n_heard >= limit.stops_a_day]
    until = heard[0].at + max(cool_downs, default=timedelta(0))
    if until <= now:
        return None
    return Rest(until=until, chosen=False)


def may_listen_now(rest: Rest | None) -> Refusal | None:
    """Return a refusal during a rest, because a resting person may not listen."""
    if rest is None:
        return None
    if rest.chosen:
        return refuse("on_break")
    return refuse("cool_down", time=f"{rest.until:%H:%M}")


def may_officer_hear(
    rest: Rest | None,
    severity: Severity,
    *,
    heard_before: bool,
) -> Refusal | None:
    """Return a refusal of a further recording during an officer's cool-down.

    A rest never keeps an officer from a person who may be in danger, nor from hearing
    the same recording again. Deciding needs no listening, so it is never refused.
    """
    if rest is None or rest.chosen or heard_before:
        return None
    if severity in (Severity.DANGER, Severity.UNKNOWN):
        return None
    return refuse("officer_rests", time=f"{rest.until:%H:%M}")


@dataclass(
    frozen=True,
    kw_only=True,
)
class Offer:
    """The requests that a person wants to be offered."""

    desks: frozenset[str]
    without_difficulties: frozenset[Difficulty]
    without_stopped: bool


def offer_to(
    not_offered: frozenset[str],
    desks: Iterable[str],
) -> Offer:
    """Return what is offered of these desks despite the person's `not_offered`."""
    return Offer(
        desks=frozenset(desk for desk in desks if f"desk:{desk}" not in not_offered),
        without_difficulties=frozenset(
            difficulty for difficulty in Difficulty if difficulty in not_offered
        ),
        without_stopped=STOPPED_BEFORE in not_offered,
    )


def countable(met: Mapping[str, int], limit: int) -> tuple[int, int, int] | None:
    """Return the numbers of people, of exposures, and of people at the limit.

    Return None for fewer than five people, because a smaller total would identify a
    person.
    """
    if len(met) < FEWEST_COUNTED:
        return None
    n_exposures = sum(met.values())
    n_at_limit = sum(count >= limit for count in met.values())
    return len(met), n_exposures, n_at_limit


def find_colleague(typed: str) -> str | None:
    """Return the colleague that `/clip-talk` names, or None for no name.

    A call takes no words, so that it cannot carry a recording's id, a span, a quote or
    a file. Raises `Invalid` for any other text.
    """
    if not typed.strip():
        return None
    named = _MENTION.fullmatch(typed.strip())
    if named is None:
        raise Invalid(text("distress.talk.no_words"))
    return named.group(1)
