"""The word lists that ship per language (`lists/LANGUAGE/`), read once and kept."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from bot.redaction.words.text import normal


def harmless_words(language: str) -> frozenset[str]:
    """Return the closed list: words that may be shown in any context."""
    return _words_in(language, "harmless")


def everyday_words(language: str) -> frozenset[str]:
    """Return the everyday words of assistant speech, less all names and places."""
    return _words_in(language, "everyday")


def doubtful_words(language: str) -> frozenset[str]:
    """Return everyday words that are names or places too."""
    return _words_in(language, "doubtful")


def place_words(language: str) -> frozenset[str]:
    """Return words for places; those of several words are joined by "_"."""
    return _words_in(language, "places")


def known_names(language: str) -> frozenset[str]:
    """Return names that the rules of a language must not take for other words."""
    return _words_in(language, "names")


@lru_cache(maxsize=64)
def common_words(language: str) -> frozenset[str]:
    """Return everyday words that are no names: a hint to the model, no permission."""
    return harmless_words(language) | _words_in(language, "common")


def written_words(language: str) -> frozenset[str]:
    """Return words met in lower case in print: a weaker hint than `common_words`."""
    return _words_in(language, "written")


def everyday_nouns(language: str) -> frozenset[str]:
    """Return kinds of things that name no person and no place on their own."""
    return _words_in(language, "nouns")


def answer_words(language: str) -> frozenset[str]:
    """Return the words of an answer to an identity question that may be shown."""
    return _words_in(language, "answers")


def speech_words(language: str) -> frozenset[str]:
    """Return words in which people talk about a sound or a word; none is a name."""
    return _words_in(language, "speech")


def month_names(language: str) -> frozenset[str]:
    """Return the months, in the cases that a date takes."""
    return _words_in(language, "months")


@lru_cache(maxsize=64)
def number_words(language: str) -> dict[str, str]:
    """Return each number word with its kind.

    Kinds: digit, teen, ten, power, repeat ("double"), article (a word for both "a" and
    "one") and part (a piece that stands only inside a compound).
    """
    kinds = {}
    for kind, words in keyed_words(language, "numbers").items():
        for word in words:
            kinds[normal(word)] = kind
    return kinds


@lru_cache(maxsize=64)
def keyed_words(language: str, name: str) -> dict[str, tuple[str, ...]]:
    """Return the lines "key: word word" of a list, by key."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines(language, name):
        key, _, words = line.partition(":")
        found[key] = found.get(key, ()) + tuple(words.split())
    return found


@lru_cache(maxsize=1)
def spelling_alphabet() -> frozenset[str]:
    """Return the NATO words; several are ordinary words and count only in company."""
    return frozenset(word for line in _read("spelling.txt") for word in line.split())


@lru_cache(maxsize=256)
def _words_in(language: str, name: str) -> frozenset[str]:
    lines = _lines(language, name)
    return frozenset(normal(word) for line in lines for word in line.split())


def _lines(language: str, name: str) -> list[str]:
    if not _is_subtag(language):
        return []
    return _read(f"{language}/{name}.txt")


def _is_subtag(language: str) -> bool:
    """Return whether the text may be a language subtag and is safe in a path."""
    if len(language) not in (2, 3):
        return False
    return language.isascii() and language.isalpha()


def _read(name: str) -> list[str]:
    folder = resources.files("bot.redaction.words") / "lists"
    file = folder.joinpath(*name.split("/"))
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
