"""The closed word lists that ship per language (`lists/`), read once and kept."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from bot.redaction.words_text import normal


def harmless_words(language: str) -> frozenset[str]:
    """Words that name nobody and no place in that language; empty for a language without a list."""
    return _words_in(f"{language}.txt") if _is_language(language) else frozenset()


def number_words(language: str) -> frozenset[str]:
    """Cardinal number words and what people say between figures ("double"); may be empty."""
    return _words_in(f"numbers/{language}.txt") if _is_language(language) else frozenset()


def spelling_alphabet() -> frozenset[str]:
    """The NATO words; several are ordinary words: they count only beside others of their kind."""
    return _words_in("spelling.txt")


def _is_language(language: str) -> bool:
    return len(language) in (2, 3) and language.isascii() and language.isalpha()


@lru_cache(maxsize=128)
def _words_in(name: str) -> frozenset[str]:
    file = resources.files("bot.redaction").joinpath("lists", *name.split("/"))
    if not file.is_file():
        return frozenset()
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(
        normal(word) for line in lines if not line.startswith("#") for word in line.split()
    )
