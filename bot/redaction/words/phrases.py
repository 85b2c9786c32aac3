"""Phrases of one to four words, as the word lists write them ("my_birthday_is")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.redaction.words.text import normal

Phrases = frozenset[tuple[str, ...]]

_LONGEST = 4


def read_phrases(entries: Iterable[str]) -> Phrases:
    """Return the entries as tuples of words in normal form."""
    return frozenset(tuple(map(normal, entry.split("_"))) for entry in entries)


def end_of_phrase(
    forms: Sequence[str],
    i: int,
    phrases: Phrases,
) -> int | None:
    """Return the place after the longest phrase that starts at i, or None."""
    for length in range(min(_LONGEST, len(forms) - i), 0, -1):
        if tuple(forms[i : i + length]) in phrases:
            return i + length
    return None
