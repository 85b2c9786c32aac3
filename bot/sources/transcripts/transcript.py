"""What every format becomes, and what the formats share in getting there."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.errors import Invalid
from bot.sources.clips.reading import decode_json
from bot.sources.clips.timed_words import LooseWord, tightened
from storage.records import TimingSource, Word

WHAT = "The transcript"

# What aligners write for silence; an unknown or unintelligible word is a word and
# stays.
_SILENCES = frozenset({"", "<eps>", "<sil>", "sil", "!sil", "sp", "<p:>"})


@dataclass(frozen=True, kw_only=True)
class Transcript:
    words: tuple[Word, ...]
    timing: TimingSource


def transcript(loose: Iterable[LooseWord], timing: TimingSource) -> Transcript:
    return Transcript(words=tightened(loose, WHAT), timing=timing)


def is_silence(text: str) -> bool:
    return text.strip().lower() in _SILENCES


def json_object(data: bytes) -> Mapping[str, object]:
    document = decode_json(data, WHAT, from_recogniser=True)
    return document if isinstance(document, dict) else {}


def objects(value: object) -> list[Mapping[str, object]]:
    """The objects of a JSON list; raises `Invalid` for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Invalid(f"{WHAT} is not as its recogniser writes it. Export it again.")
    return value


def milliseconds(seconds: object) -> int | None:
    """From seconds as a number or decimal text; None for None. Raises `Invalid` for the
    rest.
    """
    value = number(seconds)
    if value is None:
        return None
    if not abs(value) < 1e6:
        raise Invalid(f"{WHAT} has an impossible time. Times of words are in seconds.")
    return round(value * 1000)


def number(value: object) -> float | None:
    """None stays None; NaN, as Python's own JSON writes it, is None too."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Invalid(f"{WHAT} has something else where a number should be.")
    try:
        parsed = float(value)
    except (ValueError, OverflowError):
        raise Invalid(f"{WHAT} has something else where a number should be.") from None
    return None if math.isnan(parsed) else parsed


def certain(confidence: object) -> float | None:
    """A confidence; rounding in single precision may take it a hair over 1."""
    value = number(confidence)
    return min(value, 1.0) if value is not None and value < 1.0001 else value


_CLOCK = re.compile(r"(?:(\d{1,4}):)?([0-5]\d):([0-5]\d)[.,](\d{3})", re.ASCII)


def clock_ms(text: str) -> int | None:
    """`01:02:03.004` or `02:03,004` in ms, or None if it is no such time."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, ms = (int(part or 0) for part in match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
