"""The language that help-clip speaks at the moment: that of its reader.

It is set where a request, a delivery or a message is handled. Everywhere else it is
English: in commands, logs and the access log.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from babel import Locale

ENGLISH = "en"
# Languages with a whole catalogue in `bot/text/translations`, by their IETF tags.
LANGUAGES = (
    ENGLISH,
    "ar",
    "de",
    "es",
    "fr",
    "hi",
    "it",
    "ja",
    "nl",
    "pl",
    "pt-BR",
    "tr",
)
# English made longer, accented and written from right to left. No person speaks it: a
# sentence that stands outside the catalogue stays as it is.
PSEUDO = "ar-XB"

# The form of English that has the day before the month, and 24 hours.
_ENGLISH_LOCALE = Locale("en", "GB")
# Languages written from right to left, by their ISO 639 codes.
_RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"}
_RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([0-9.]{1,5}))?"
)

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """Return the tag of the language that is spoken at the moment."""
    return _spoken.get()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak a language, for the duration of the context."""
    token = _spoken.set(tag)
    try:
        yield
    finally:
        _spoken.reset(token)


def language_for(locale: str | None) -> str:
    """Return the language for a locale such as `de-AT`; English without a catalogue."""
    return _known_language(locale or "") or ENGLISH


def language_accepted(header: str) -> str:
    """Return the language of an Accept-Language header that is wanted the most.

    English is returned if no wanted language has a catalogue. A malformed part of the
    header is left out.
    """
    wanted = []
    for part in header.split(","):
        found = _RANGE.fullmatch(part)
        if found is not None:
            wanted.append((_weight(found[2]), found[1]))
    # The sort is stable: of equal weights the first one counts.
    for _, tag in sorted(wanted, key=lambda each: -each[0]):
        known = _known_language(tag)
        if known is not None:
            return known
    return ENGLISH


def direction_of(locale: str) -> str:
    """Return `rtl` or `ltr`, the direction of text in this locale.

    A browser cannot derive that of a transcript: masks and blanks have no direction of
    their own.
    """
    if _primary(locale) in _RIGHT_TO_LEFT:
        return "rtl"
    return "ltr"


def within_sentence(label: str) -> str:
    """Return a label as it stands inside a sentence.

    Labels begin with a capital. German nouns keep it, and Turkish has two letters i.
    """
    if language() in ("de", "tr"):
        return label
    return label.lower()


@cache
def locale_of(tag: str) -> Locale:
    """Return the CLDR data of a language."""
    if tag in (ENGLISH, PSEUDO):
        return _ENGLISH_LOCALE
    return Locale.parse(tag, sep="-")


def name_of(tag: str) -> str:
    """Return the name of a language in the language itself, such as `Deutsch`."""
    if tag == ENGLISH:
        return "English"
    return str(locale_of(tag).get_display_name())


def _known_language(locale: str) -> str | None:
    tag = locale.replace("_", "-").lower()
    if tag == PSEUDO.lower():
        return PSEUDO
    for known in LANGUAGES:
        if known.lower() == tag:
            return known
    for known in LANGUAGES:
        if _primary(known) == _primary(tag):
            return known
    return None


def _primary(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].lower()


def _weight(written: str | None) -> float:
    try:
        return float(written or 1)
    except ValueError:
        return 0.0
