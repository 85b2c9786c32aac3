"""Builds `lists/LANGUAGE/everyday.txt` and its neighbours.

`python -m tools.word_lists.build FOLDER` reads the written words of every language
(`lemmas.txt`) and the CLDR's annotations (npm's `cldr-annotations-modern`, unpacked at
FOLDER), adds the forms that rules make, and takes off every name and place.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bot.redaction.words.listed.tables import LISTED, WITHOUT_SPACES
from bot.redaction.words.text import normal
from bot.redaction.words.word_lists import harmless_words, keyed_words
from tools.word_lists.annotations import picture_words
from tools.word_lists.germanic import danish, dutch, swedish
from tools.word_lists.names import long_places_of, names_of
from tools.word_lists.other_families import (
    hindi,
    japanese,
    polish,
    unchanged,
)
from tools.word_lists.romance import french, italian, portuguese, spanish

LISTS = Path(__file__).parents[2] / "bot/redaction/words/lists"

Forms = Callable[[str, str], Iterator[str]]

FORMS: dict[str, Forms] = {
    "ar": unchanged,
    "da": danish,
    "es": spanish,
    "fr": french,
    "hi": hindi,
    "id": unchanged,
    "it": italian,
    "ja": japanese,
    "nl": dutch,
    "pl": polish,
    "pt": portuguese,
    "sv": swedish,
    "tr": unchanged,
    "zh": unchanged,
}
"""Per language: what yields the forms of a word of one section of `lemmas.txt`."""

_NO_WORDS = ("names", "no_names", "places")
"""Sections of `lemmas.txt` that take words off."""

_BY_RULE = ("ar", "id", "ja", "tr", "zh")
"""Languages whose rules take words apart, and must not do so with names."""

_HEADS = {
    "everyday": "written words and the CLDR's names of pictures, less all names",
    "doubtful": "everyday words that are names of people or places too",
    "places": "words that tell where, and countries and cities of several words",
    "names": "names that rules must not take apart",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the lists of every registered language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("annotations", type=Path)
    folder = parser.parse_args(arguments).annotations
    for language in LISTED:
        build(language, folder)


def build(language: str, annotations: Path) -> None:
    """Write the lists of one language."""
    written = set(written_forms(language))
    pictures = picture_words(annotations, language)
    if language in WITHOUT_SPACES:
        pictures = frozenset(word for word in pictures if len(word) > 1)
    names = names_of(language) | _written_names(language)
    places = frozenset(_place_forms(language))
    words = (written | pictures) - places
    allowed = frozenset(keyed_words(language, "lemmas").get("no_names", ()))
    doubtful = (words & names) - allowed - harmless_words(language)
    everyday = words - doubtful - harmless_words(language)
    _write(language, "everyday", everyday)
    _write(language, "doubtful", doubtful)
    _write(language, "places", places | long_places_of(language))
    if language in _BY_RULE:
        _write(language, "names", names - words - harmless_words(language))


def written_forms(language: str) -> Iterator[str]:
    """Yield every form of every written word, in normal form."""
    for section, words in keyed_words(language, "lemmas").items():
        if section in _NO_WORDS:
            continue
        for word in words:
            for form in _forms(language, section, word):
                yield normal(form)


def _place_forms(language: str) -> Iterator[str]:
    """Yield the forms of words that tell where: parts of places' names."""
    for word in keyed_words(language, "lemmas").get("places", ()):
        for section in ("nouns", "adjectives"):
            for form in _forms(language, section, word):
                yield normal(form)


def _forms(
    language: str,
    section: str,
    word: str,
) -> Iterator[str]:
    if section == "words":
        return iter((word,))
    return FORMS[language](section, word)


def _written_names(language: str) -> frozenset[str]:
    """Return the names among everyday words that the name lists lack."""
    return frozenset(keyed_words(language, "lemmas").get("names", ()))


def _write(
    language: str,
    name: str,
    words: Iterable[str],
) -> None:
    head = f"# {_HEADS[name]}; built by tools/word_lists, see docs/words.md.\n"
    kept = " ".join(sorted(word for word in words if word and not word.isdigit()))
    body = textwrap.fill(kept, 118, break_long_words=False, break_on_hyphens=False)
    (LISTS / language / f"{name}.txt").write_text(head + body + "\n", "utf-8")


if __name__ == "__main__":
    main()
