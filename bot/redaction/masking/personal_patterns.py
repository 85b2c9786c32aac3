"""Recognise personal text in a chat by its pattern, whatever words surround it."""

import re

from bot.redaction.words.rules import structures
from bot.redaction.words.text import language_of, normal
from bot.redaction.words.tokens import group

# Characters of a text that are scanned. The patterns are quadratic at worst.
MAX_SCANNED = 4_000
_MARKUP = re.compile(
    r"<(?:mailto|tel):([^|>]*)[^>]*>|<[^>]*>|https?://\S+|HC-\d+|:[\w+-]+:"
)
_GROUPED_DIGITS = re.compile(r"(?<![\w-])[+(]*\d[\d ().\-/]*\d(?![\w-])")
_TIMES = re.compile(
    r"\b\d+[.:,]\d+\s*[-\u2013]\s*\d+[.:,]\d+\b|\b\d{4}-\d\d-\d\d\b|\b\d+:\d\d\b"
)


def looks_personal(text: str, locale: str) -> bool:
    """Return whether the text has an address, a long number or a spelled name.

    The check is much narrower than `words.is_personal`, which would call most of a chat
    personal: colleagues use each other's names there. `text` may hold Slack's markup.
    """
    scanned = text[:MAX_SCANNED]
    bare = _MARKUP.sub(lambda found: f" {found.group(1) or ''} ", scanned)
    bare = _TIMES.sub(" ", bare)
    bare = _GROUPED_DIGITS.sub(lambda found: re.sub(r"\D", "", found.group()), bare)
    language = language_of(locale)
    words = bare.split()
    forms = [normal(word) for word in words]
    return any(structures(forms, group(words, language), language))
