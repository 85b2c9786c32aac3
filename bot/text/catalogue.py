"""Fill in the sentences of the catalogue, in the language that is spoken."""

import json
from collections.abc import Mapping

from babel.numbers import format_decimal

from bot.text.english import Entry, catalogue
from bot.text.language import ENGLISH, language, locale_of
from bot.text.sentence import Sentence
from bot.text.translation import plural_category, translation

__all__ = [
    "Entry",
    "catalogue",
    "entry_of",
    "has_text",
    "in_figures",
    "keys_below",
    "pattern",
    "spoken_again",
    "text",
]


def text(key: str, /, **values: object) -> str:
    """Return the sentence of `key` with `values` filled in.

    `count` chooses between the forms of a sentence about a number. Raises `KeyError` for
    an unknown key and for a value the sentence needs and does not get.
    """
    written = pattern(key, values).format_map(in_figures(values))
    return Sentence(written, key, values)


def spoken_again(kept: str) -> str:
    """Return a stored sentence in the language that is spoken at the moment.

    A text that holds no key of the catalogue is returned as it is: releases before this
    one stored English sentences.
    """
    try:
        document = json.loads(kept)
    except ValueError:
        return kept
    sentence = _sentence_of(document)
    if sentence is None:
        return kept
    return sentence


def _sentence_of(document: object) -> str | None:
    """Return the sentence of a stored key and its values; None for anything else."""
    if not isinstance(document, dict):
        return None
    key, values = document.get("key"), document.get("values")
    if not isinstance(key, str) or not isinstance(values, dict):
        return None
    if not has_text(key):
        return None
    filled = {name: _sentence_of(value) or value for name, value in values.items()}
    try:
        return text(key, **filled)
    except KeyError:
        return None


def pattern(key: str, values: Mapping[str, object]) -> str:
    """Return the sentence of `key` with its placeholders still in it.

    `values` decides the form by `count` alone. Raises `KeyError` as `text` does.
    """
    tag, entry = _find(key)
    if isinstance(entry, str):
        return entry
    return entry[plural_category(tag, values["count"])]


def in_figures(values: Mapping[str, object]) -> Mapping[str, object]:
    """Return the values of a sentence, with `count` as the language writes numbers.

    English keeps the plain number, which scripts read from the output of commands.
    """
    count = values.get("count")
    if language() == ENGLISH or not isinstance(count, int):
        return values
    return {**values, "count": format_decimal(count, locale=locale_of(language()))}


def entry_of(key: str) -> Entry:
    """Return the sentence of `key`, or its forms. Raises `KeyError`."""
    _, entry = _find(key)
    return entry


def has_text(key: str) -> bool:
    """Return whether the catalogue has a sentence of this key."""
    return key in catalogue()


def keys_below(prefix: str) -> frozenset[str]:
    """Return the last parts of all keys that begin with `prefix.`."""
    start = f"{prefix}."
    return frozenset(
        key.removeprefix(start) for key in catalogue() if key.startswith(start)
    )


def _find(key: str) -> tuple[str, Entry]:
    """Return the sentence of `key` and its language; English if there is no other."""
    english = catalogue()[key]
    tag = language()
    entry = translation(tag).get(key)
    if entry is None:
        return ENGLISH, english
    return tag, entry
