"""Structures that are personal whatever the words: spelled names, numbers, addresses read out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.redaction.words_lists import number_words, spelling_alphabet
from bot.redaction.words_text import is_letter, n_digits

_ADDRESS_SIGNS = frozenset({"dot", "punkt", "kropka", "nukta", "underscore", "unterstrich", "@"})


_GERMAN_COMPOUND = re.compile(
    r"(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)?(?:hundert|tausend))?"
    r"(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?"
    r"(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)"
)


def structured(words: Sequence[str], language: str) -> list[str]:
    """Why each word (in normal form) belongs to a personal structure; "" where it does not."""
    why = [""] * len(words)
    _mark_runs(words, why, lambda word: _spells(word, language))
    for i, word in enumerate(words):
        if n_digits(word) >= 3:
            why[i] = "long number"
        if "@" in word or word.startswith(("www", "http")):
            why[i] = "address"
        if word in _ADDRESS_SIGNS:
            _mark_address(words, why, i)
    return why


def is_number(word: str, language: str) -> bool:
    """A figure ("20", "7th", "05/01") or a number word of the language; `word` in normal form."""
    if word[:1].isdigit() or word[-1:].isdigit() or word in number_words(language):
        return True
    return language == "de" and _GERMAN_COMPOUND.fullmatch(word) is not None


def _spells(word: str, language: str) -> bool:
    return is_number(word, language) or is_letter(word) or word in spelling_alphabet()


def _mark_runs(words: Sequence[str], why: list[str], belongs: Callable[[str], bool]) -> None:
    start = 0
    for i in range(len(words) + 1):
        if i < len(words) and belongs(words[i]):
            continue
        if i - start >= 2:
            why[start:i] = ["read out or spelled"] * (i - start)
        start = i + 1


def _mark_address(words: Sequence[str], why: list[str], i: int) -> None:
    """Mark three words before the sign and two after it, as in "john at gmail dot com"."""
    for j in range(max(0, i - 3), min(len(words), i + 3)):
        why[j] = "address"
