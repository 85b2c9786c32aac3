"""The closed word lists that ship per language (`lists/`), read once and kept."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from bot.redaction.words.text import normal


def harmless_words(language: str) -> frozenset[str]:
    """Words that may be shown in any context in that language; empty without a list."""
    return _words_in(language, "")


@lru_cache(maxsize=64)
def common_words(language: str) -> frozenset[str]:
    """Everyday words, not used as names on their own; a hint to the model, no
    permission.
    """
    return harmless_words(language) | _words_in(language, "common")


def written_words(language: str) -> frozenset[str]:
    """Further words met in lower case in print: a weaker hint than `common_words`."""
    return _words_in(language, "written")


def answer_words(language: str) -> frozenset[str]:
    """What may be shown of an answer to an identity question."""
    return _words_in(language, "answers")


def month_names(language: str) -> frozenset[str]:
    """The months, in the cases a date takes."""
    return _words_in(language, "months")


@lru_cache(maxsize=64)
def number_words(language: str) -> dict[str, str]:
    """Number words, each with its kind: digit, teen, ten, power or repeat
    ("double").
    """
    kinds = {}
    for line in _lines(language, "numbers"):
        kind, _, words = line.partition(":")
        kinds.update({normal(word): kind for word in words.split()})
    return kinds


@lru_cache(maxsize=1)
def spelling_alphabet() -> frozenset[str]:
    """The NATO words; several are ordinary words: they count only beside others of
    their kind.
    """
    return frozenset(word for line in _read("spelling.txt") for word in line.split())


@lru_cache(maxsize=128)
def _words_in(language: str, folder: str) -> frozenset[str]:
    return frozenset(
        normal(word) for line in _lines(language, folder) for word in line.split()
    )


def _lines(language: str, folder: str) -> list[str]:
    if not (len(language) in (2, 3) and language.isascii() and language.isalpha()):
        return []
    return _read(f"{folder}/{language}.txt")


def _read(name: str) -> list[str]:
    file = resources.files("bot.redaction.words").joinpath(
        "lists", *filter(None, name.split("/"))
    )
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
