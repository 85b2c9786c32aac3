"""Describe how a word is written: normal form, letters, figures, language."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MUDDLED = "<?>"
"""The mark in the place of the muddled word."""

_EDGES = '"“”„«»()[]{}<>.,;:!?¿¡…·。、，！？：；「」『』-–—*_~`'
_FOLDS: dict[str, dict[int, str | None]] = {
    "ar": {
        # These are the short vowels.
        **dict.fromkeys(range(0x064B, 0x0653), None),
        # This is the superscript alef.
        0x0670: None,
        # This is the tatweel.
        0x0640: None,
        **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
        ord("ى"): "ي",
        ord("ة"): "ه",
    },
    # These are the nukta and the chandrabindu.
    "hi": {
        0x093C: None,
        0x0901: "\u0902",
    },
    "tr": {
        0x0307: None,
        ord("ı"): "i",
    },
}
_APOSTROPHES = str.maketrans("’‘ʼ´", "''''")


@lru_cache(maxsize=65536)
def normal(word: str) -> str:
    """Return the form that lists use.

    NFKC, case-folded, with plain apostrophes and no punctuation at the edges.
    """
    composed = unicodedata.normalize("NFKC", word.translate(_APOSTROPHES))
    folded = unicodedata.normalize("NFKC", composed.casefold())
    return folded.strip(_EDGES).strip("'").strip(_EDGES)


def is_letter(word: str) -> bool:
    """Return whether the word is one letter, as in spelling ("b", "u.")."""
    if len(word) != 1:
        return False
    if not word.isalpha():
        return False
    return not is_ideograph(word)


def is_ideograph(char: str) -> bool:
    # Chinese and Japanese write whole words with one character, so a single character
    # is no spelling there.
    return (
        "\u3040" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "豈" <= char <= "\ufaff"
    )


@lru_cache(maxsize=65536)
def fold(word: str, language: str) -> str:
    """Return a normal form without the signs that writers of the language leave out."""
    folded = word.translate(_FOLDS.get(language, {}))
    return unicodedata.normalize("NFC", folded)


def n_digits(word: str) -> int:
    """Return how many figures the word holds."""
    return sum(char.isdigit() for char in word)


def language_of(locale: str) -> str:
    """Return the language subtag of a BCP 47 tag ("de-DE", "de_AT" -> "de"), or ""."""
    return re.split(r"[-_]", locale.strip().casefold(), maxsplit=1)[0]
