"""Numbers, times and objects in the files that recognisers write."""

import math
import re
from collections.abc import Mapping

from bot.errors import Invalid
from bot.sources.clips.reading import decode_json, transcript_label
from bot.text import text

_MAX_TIME_S = 1e9
_CLOCK = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})", re.ASCII)

Object = Mapping[str, object]


def json_of(data: bytes) -> object:
    """Return the JSON of a file; raise `Invalid` for anything else."""
    return decode_json(data, transcript_label(), from_recogniser=True)


def object_of(value: object) -> Object:
    """Return a JSON object, or an empty one in place of anything else."""
    if isinstance(value, dict):
        return value
    return {}


def list_of(value: object) -> list[object]:
    """Return a JSON list, or an empty one in place of anything else."""
    if isinstance(value, list):
        return value
    return []


def objects(value: object) -> list[Object]:
    """Return the objects of a JSON list; raise `Invalid` for anything else."""
    if not isinstance(value, list):
        raise Invalid(text("sources.transcript.not_as_written"))
    if not all(isinstance(item, dict) for item in value):
        raise Invalid(text("sources.transcript.not_as_written"))
    return value


def first_of(value: object) -> Object:
    """Return the first object of a JSON list, or an empty one."""
    first = next(iter(list_of(value)), None)
    return object_of(first)


def keys_within(value: object) -> set[str]:
    """Return the keys that the objects of a JSON list have; none for anything else."""
    return {key for item in list_of(value) for key in object_of(item)}


def milliseconds(seconds: object) -> int | None:
    """Return ms from seconds as a number, decimal text or `1.5s`; None for None."""
    if isinstance(seconds, str):
        seconds = seconds.strip().removesuffix("s")
    value = number(seconds)
    if value is None:
        return None
    if not abs(value) < _MAX_TIME_S:
        raise Invalid(text("sources.transcript.impossible_time"))
    return round(value * 1000)


def whole_milliseconds(value: object) -> int | None:
    """Return a time that is written in ms; None for None."""
    found = number(value)
    if found is None:
        return None
    if not abs(found) < _MAX_TIME_S:
        raise Invalid(text("sources.transcript.impossible_time"))
    return round(found)


def times_in_ms(start: object, end: object) -> tuple[int, int]:
    """Return a start and an end, written in seconds, in ms from the start on.

    Raises `Invalid` where one is missing; an end before its start is the start.
    """
    start_ms, end_ms = milliseconds(start), milliseconds(end)
    if start_ms is None or end_ms is None:
        raise Invalid(text("sources.transcript.segment_without_times"))
    start_ms = max(start_ms, 0)
    return start_ms, max(end_ms, start_ms)


def number(value: object) -> float | None:
    """Return a number; None for None and for NaN, as Python's own JSON writes it."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Invalid(text("sources.transcript.no_number"))
    try:
        parsed = float(value)
    except (ValueError, OverflowError):
        raise Invalid(text("sources.transcript.no_number")) from None
    if math.isnan(parsed):
        return None
    return parsed


def certain(confidence: object) -> float | None:
    """Return a confidence; single precision may take it a hair over 1."""
    value = number(confidence)
    if value is None:
        return None
    if 1.0 < value < 1.0001:
        return 1.0
    return value


def text_of(value: object) -> str:
    """Return a text, or an empty one in place of anything else."""
    if isinstance(value, str):
        return value
    return ""


def clock_ms(written: str) -> int | None:
    """Return `01:02:03.004` or `02:03,004` in ms; None if it is no such time."""
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
    fraction = match.group(4).ljust(3, "0")
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction)
