"""Read the lists of one language without a model from `lists/LANGUAGE/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.redaction.words.text import fold
from bot.redaction.words.word_lists import (
    doubtful_words,
    everyday_words,
    harmless_words,
    keyed_words,
    known_names,
    month_names,
    number_words,
    place_words,
)

Phrase = tuple[str, ...]

FRAME_KEYS = (
    "secrets",
    "copulas",
    "names",
    "titles",
    "titles_after",
    "born",
    "addresses",
    "places",
    "beside_places",
    "venues",
    "venues_after",
    "everyday_names",
    "calls",
    "units",
    "clock",
    "joiners",
    "linkers",
    "prepositions",
    "determiners",
    "letters",
)
"""The keys of `frames.txt`; docs/words.md explains each."""

LISTED = (
    "ar",
    "da",
    "es",
    "fr",
    "hi",
    "id",
    "it",
    "ja",
    "nl",
    "pl",
    "pt",
    "sv",
    "tr",
    "zh",
)
"""The registry: languages whose everyday words are known by list."""

WITHOUT_SPACES = frozenset({"ja", "zh"})
"""Languages whose recognisers may write a word as several tokens, or the reverse."""


@dataclass(frozen=True)
class Table:
    """The words of one language, each folded.

    `closed`: function words; `harmless`: these and everyday words, shown; `doubtful`:
    everyday words that are names too, shown after a determiner; `places`: words for
    places, never shown; `names`: never taken apart; `numbers`: number word -> kind;
    `frames`: key of `FRAME_KEYS` -> phrases.
    """

    language: str
    closed: frozenset[str]
    harmless: frozenset[str]
    doubtful: frozenset[str]
    places: frozenset[str]
    names: frozenset[str]
    numbers: dict[str, str]
    months: frozenset[str]
    frames: dict[str, frozenset[Phrase]]

    @cached_property
    def named(self) -> frozenset[str]:
        """Return all names that rules must not take for forms of other words."""
        return self.names | self.doubtful

    def words_of(self, key: str) -> frozenset[str]:
        """Return the phrases of one key that are single words."""
        return _single_words(self.frames[key])


@lru_cache(maxsize=128)
def _single_words(phrases: frozenset[Phrase]) -> frozenset[str]:
    return frozenset(phrase[0] for phrase in phrases if len(phrase) == 1)


@lru_cache(maxsize=64)
def table_of(language: str) -> Table:
    """Return the table of a language; without lists it is empty and shows nothing."""
    harmless = _folded(harmless_words(language), language)
    everyday = _folded(everyday_words(language), language)
    doubtful = _folded(doubtful_words(language), language)
    numbers = number_words(language)
    return Table(
        language,
        harmless,
        harmless | everyday,
        doubtful - harmless,
        _single_words(_places(language)),
        _folded(known_names(language), language),
        {fold(word, language): kind for word, kind in numbers.items()},
        _folded(month_names(language), language),
        _frames(language),
    )


def _frames(language: str) -> dict[str, frozenset[Phrase]]:
    keyed = keyed_words(language, "frames")
    frames = {key: _phrases(keyed.get(key, ()), language) for key in FRAME_KEYS}
    frames["places"] |= _places(language)
    return frames


def _places(language: str) -> frozenset[Phrase]:
    return _phrases(place_words(language), language)


def _phrases(entries: Iterable[str], language: str) -> frozenset[Phrase]:
    phrases = set()
    for entry in entries:
        words = entry.split("_")
        phrases.add(tuple(fold(word, language) for word in words))
    return frozenset(phrases)


def _folded(words: frozenset[str], language: str) -> frozenset[str]:
    return frozenset(fold(word, language) for word in words)
