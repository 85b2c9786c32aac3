"""Which words of a transcript may be heard or shown: what is not known to be harmless is masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.redaction.words_lists import harmless_words
from bot.redaction.words_rules import structured
from bot.redaction.words_text import MUDDLED, language_of, normal

MARK = "▒▒▒"
"""Stands where a masked word stood in shown text."""


@dataclass(frozen=True)
class Decision:
    """One word, whether it is masked, and why in a few words."""

    word: str
    masked: bool
    why: str


def mask_words(words: Sequence[str], locale: str) -> list[bool]:
    """True where a word is masked.

    `words` are the whole transcript in order, the muddled word held out as "<?>" (never masked,
    never looked at); `locale` is a BCP 47 tag.  A language without a list masks everything.
    """
    return [decision.masked for decision in explain_words(words, locale)]


def explain_words(words: Sequence[str], locale: str) -> list[Decision]:
    """The decisions of `mask_words`, each with its reason."""
    language = language_of(locale)
    forms = ["" if word == MUDDLED else normal(word) for word in words]
    reasons = structured(forms, language)
    harmless = harmless_words(language)
    return [
        _decide(word, form, reason, harmless)
        for word, form, reason in zip(words, forms, reasons, strict=True)
    ]


def _decide(word: str, form: str, reason: str, harmless: frozenset[str]) -> Decision:
    if word == MUDDLED:
        return Decision(word, False, "the muddled word")
    if reason:
        return Decision(word, True, reason)
    if form in harmless:
        return Decision(word, False, "harmless word")
    if not any(char.isalnum() for char in word):
        return Decision(word, False, "no letters")
    return Decision(word, True, "not known to be harmless")


def is_personal(text: str, locale: str) -> bool:
    """Whether free text or a proposed answer holds a word that would be masked."""
    return any(mask_words(text.split(), locale))


def mask_text(text: str, locale: str) -> str:
    """Free text with every masked word replaced by a fixed mark; white space is kept."""
    pieces = re.split(r"(\s+)", text)
    flags = iter(mask_words([piece for piece in pieces if piece.strip()], locale))
    return "".join(MARK if piece.strip() and next(flags) else piece for piece in pieces)
