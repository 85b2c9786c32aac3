"""The rules that the words of every transcript must satisfy."""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from bot.errors import Invalid
from bot.text import text
from storage.records import Word

MAX_WORDS = 20_000
MAX_TIME_MS = 24 * 3600 * 1000
MAX_TEXT = 200


def check_words(words: Sequence[Word], what: str) -> tuple[Word, ...]:
    """Return the words, if they are in order, apart and plausible.

    `what` names the file, e.g. "The sidecar". Raises `Invalid` for any other words.
    """
    if len(words) > MAX_WORDS:
        raise Invalid(text("sources.words.too_many", what=what, most=MAX_WORDS))
    for number, word in enumerate(words, 1):
        wrong = _wrong_with(word, what, number)
        if wrong is not None:
            raise Invalid(wrong)
    for number, (before, after) in enumerate(pairwise(words), 2):
        if after.start_ms < before.start_ms:
            raise Invalid(_order("unsorted", what, number))
        if after.start_ms < before.end_ms:
            raise Invalid(_order("overlapping", what, number))
    return tuple(words)


def _order(
    wrong: str,
    what: str,
    number: int,
) -> str:
    return text(
        f"sources.words.order.{wrong}",
        what=what,
        number=number,
        before=number - 1,
    )


def _wrong_with(
    word: Word,
    what: str,
    number: int,
) -> str | None:
    """Return the sentence about the first thing wrong with a word, if there is one."""
    wrong = _fault(word)
    if wrong is None:
        return None
    return text(
        f"sources.words.fault.{wrong}",
        what=what,
        number=number,
        longest=MAX_TEXT,
    )


def _fault(word: Word) -> str | None:
    """Return the last part of the key of the sentence about a faulty word."""
    if not 1 <= len(word.text) <= MAX_TEXT:
        return "length"
    if _has_control_characters(word.text):
        return "control"
    if min(word.start_ms, word.end_ms) < 0:
        return "negative"
    if word.end_ms <= word.start_ms:
        return "empty"
    if word.end_ms > MAX_TIME_MS:
        return "late"
    if word.confidence is not None and not 0 <= word.confidence <= 1:
        return "confidence"
    return None


def _has_control_characters(written: str) -> bool:
    if written.isprintable():
        return False
    return any(unicodedata.category(char) in ("Cc", "Cs") for char in written)
