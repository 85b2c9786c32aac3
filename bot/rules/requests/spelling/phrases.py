"""Several words that are the same words in another spelling, in their levelled form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.rules.requests.spelling import germanic_numbers as germanic
from bot.rules.requests.spelling.romance_numbers import french

_COUNTED = range(21, 100)


def _turned(
    number: Callable[[int], str],
    joiner: str,
) -> dict[str, str]:
    """Return "eins und zwanzig" -> "einundzwanzig" for a language that turns numbers."""
    found = {}
    for n in _COUNTED:
        tens, ones = n - n % 10, n % 10
        if ones:
            found[f"{number(ones)} {joiner} {number(tens)}"] = number(n)
    return found


def _split(number: Callable[[int], str]) -> dict[str, str]:
    """Return "tjugo ett" -> "tjugoett"."""
    found = {}
    for n in _COUNTED:
        tens, ones = n - n % 10, n % 10
        if ones:
            found[f"{number(tens)} {number(ones)}"] = number(n)
    return found


def _belgian() -> dict[str, str]:
    """Return the seventies and nineties of Belgium as those of France.

    One word of theirs is read as "soixante dix" or "quatre vingt dix" already.
    """
    found = {}
    for tens in (70, 90):
        found[f"{french(tens)} et un"] = french(tens + 1)
        for ones in range(1, 7):
            found[f"{french(tens)} {french(ones)}"] = french(tens + ones)
    return found


def joined_numbers(number: Callable[[int], str]) -> dict[str, str]:
    """Return "yirmibir" -> "yirmi bir": numbers below a hundred without spaces."""
    found = {}
    for n in _COUNTED:
        written = number(n)
        found[written.replace(" ", "")] = written
    return {joined: written for joined, written in found.items() if joined != written}


PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "hundred and": "hundred",
        "thousand and": "thousand",
        "a hundred": "one hundred",
        "a thousand": "one thousand",
    },
    "de": {
        **_turned(germanic.german, "und"),
        "eins hundert": "einhundert",
        "eins tausend": "eintausend",
    },
    "fr": _belgian(),
    "nl": _turned(germanic.dutch, "en"),
    "da": {
        **_turned(germanic.danish, "og"),
        "en hundrede": "hundrede",
        "en hundrede og": "hundrede",
        "hundrede og": "hundrede",
    },
    "sv": {
        **_split(germanic.swedish),
        "ett hundra": "hundra",
    },
    "hi": {"एक सौ": "सौ", "एक हजार": "हजार"},
    "ar": {"في الميه": "بالميه"},
}
"""By language."""
