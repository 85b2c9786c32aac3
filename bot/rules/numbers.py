"""Numbers as people, programs and files write them: of any length, or none at all."""

import math

# The databases store numbers of 64 bits; the longest of 18 digits is smaller.
MAX_STORED = 10**18 - 1


def whole_number(given: object, most: int = MAX_STORED) -> int | None:
    """Return a number from 0 to `most`, written in ASCII digits or as an int.

    None for anything else. Leading zeros are allowed up to the length of `most`.
    """
    if isinstance(given, bool):
        return None
    if isinstance(given, str):
        given = _read_digits(given, len(str(most)))
    if not isinstance(given, int) or not 0 <= given <= most:
        return None
    return given


def _read_digits(typed: str, max_digits: int) -> int | None:
    # Python refuses to read more than 4,300 digits with a ValueError.
    if len(typed) > max_digits:
        return None
    if not typed.isascii() or not typed.isdigit():
        return None
    return int(typed)


def milliseconds(seconds: float, most_s: float = 10**9) -> int | None:
    """Return seconds as milliseconds; None unless they are from 0 to `most_s`."""
    if not math.isfinite(seconds) or not 0 <= seconds <= most_s:
        return None
    return round(seconds * 1000)
