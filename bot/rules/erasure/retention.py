"""How long a desk keeps what its closed requests leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.errors import Invalid

KEYS = frozenset({"keep_hours", "keep_answers_days", "keep_key_days"})
DRAFTS_KEY = "keep_drafts_days"
DRAFT_TIME = timedelta(days=7)
_MAX_DAYS = 3660


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Counted from when a request closed. These are also what a desk gets that says
    nothing.

    `answers` is for what people typed: guesses and the text of proposals. `key` is for
    the clip's key, which never goes before its last snippet.
    """

    snippet: timedelta = timedelta(hours=24)
    answers: timedelta = timedelta(days=30)
    key: timedelta = timedelta(hours=24)


def parse_retention(raw: Mapping[str, Any], where: str) -> Retention:
    """From a desk's section of desks.toml. Raises `Invalid`."""
    default = Retention()
    snippet = timedelta(hours=_number(raw, "keep_hours", where, 24, 24 * 366))
    answers = _number(raw, "keep_answers_days", where, default.answers.days, _MAX_DAYS)
    key = _number(raw, "keep_key_days", where, snippet / timedelta(days=1), _MAX_DAYS)
    return Retention(
        snippet=snippet, answers=timedelta(days=answers), key=timedelta(days=key)
    )


def parse_draft_time(raw: Mapping[str, Any]) -> timedelta:
    """How long drafts are kept, from desks.toml: they belong to a person, not to a
    desk.
    """
    return timedelta(days=_number(raw, DRAFTS_KEY, "desks.toml", DRAFT_TIME.days, 31))


def _number(
    raw: Mapping[str, Any], key: str, where: str, default: float, most: float
) -> int | float:
    value = raw.get(key, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not 0 < value <= most
    ):
        unit = key.rpartition("_")[2]
        raise Invalid(f"{where}: {key} is a number of {unit} above 0.")
    return value
