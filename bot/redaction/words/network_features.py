"""Choose the rows of the network's table that are summed for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from bot.redaction.words.features import (
    MOST_LOOKS,
    Counts,
    Lexicon,
    bare,
    classes_of,
    counts_of,
    frequency_class,
    personal_class,
)
from bot.redaction.words.tokens import Kind, Unit

N_ROWS = 1 << 14
"""Size of the table; row 0 is empty."""

NO_WORD = 1
"""The row of a word that is too rare to have one of its own."""

MOST_ROWS = 40
"""Rows per unit at most; the rest of a very long word's spelling is ignored."""

_OWN_ROW_FROM = 2


def rows(
    units: Sequence[Unit],
    lexicon: Lexicon,
    own: Counts | None = None,
) -> list[tuple[int, ...]]:
    """Return row numbers in [1, N_ROWS) per unit: word first, then kind and spelling.

    `own`: counts of this very utterance, subtracted in training so that no word vouches
    for itself.
    """
    if own is not None:
        return [tuple(_rows(unit, lexicon, own)) for unit in units]
    return [_remembered(unit, lexicon) for unit in units]


def _remembered(unit: Unit, lexicon: Lexicon) -> tuple[int, ...]:
    name = unit.key, unit.kind, unit.pattern
    found = lexicon.rows.get(name)
    if found is None:
        found = tuple(_rows(unit, lexicon, {}))
        if len(lexicon.rows) < MOST_LOOKS:
            lexicon.rows[name] = found
    return found


def _rows(
    unit: Unit,
    lexicon: Lexicon,
    own: Counts,
) -> list[int]:
    if unit.kind is Kind.MUDDLED:
        return [_row("muddled")]
    language = lexicon.language
    kinds = (f"L{language}", f"kind{unit.kind.value}", f"L{language}{unit.kind.value}")
    if unit.kind in (Kind.NUMBER, Kind.NUMBERS):
        pattern = unit.pattern
        word = _row(f"{language}:{unit.key}") if unit.kind is Kind.NUMBER else NO_WORD
        shape = (
            f"np={pattern[:10]}",
            f"nl={min(len(pattern), 8)}",
            f"np3={pattern[:3]}",
        )
        return [word, *map(_row, (*kinds, *shape))]
    met, personal = counts_of(unit.key, lexicon, own)
    word = _row(f"{language}:{unit.key}") if met >= _OWN_ROW_FROM else NO_WORD
    classes = _classes(
        unit, lexicon, frequency_class(met), personal_class(met, personal)
    )
    return [word, *map(_row, (*kinds, *classes)), *_spelling(bare(unit.key))][
        :MOST_ROWS
    ]


@lru_cache(maxsize=1 << 15)
def _row(name: str) -> int:
    return 2 + crc32(name.encode()) % (N_ROWS - 2)


def _classes(
    unit: Unit,
    lexicon: Lexicon,
    often: int,
    rate: str,
) -> list[str]:
    """Return how common and how often personal the word is, and its kinds of name."""
    common, flags = classes_of(unit, lexicon)
    word = bare(unit.key)
    marks = {
        "poss": word != unit.key,
        "nonalpha": not word.isalpha(),
    }
    return [
        *(f"o{often}", f"r{rate}", f"or{often}{rate}", f"l{common}"),
        *(
            f"l{lexicon.language}{common}",
            f"g{flags}",
            f"gr{flags}{rate}",
            f"lo{common}{often}",
        ),
        *(f"lg{common}{flags}", f"len{min(len(word), 10)}"),
        *(f"g{flag}" for flag in flags if flag in "FLC"),
        *(mark for mark, holds in marks.items() if holds),
    ]


@lru_cache(maxsize=1 << 14)
def _spelling(word: str) -> tuple[int, ...]:
    """Return beginnings, endings and letter triples."""
    edges = [
        _row(f"{side}{n}={part}")
        for n in (2, 3, 4)
        if len(word) > n
        for side, part in (("s", word[-n:]), ("p", word[:n]))
    ]
    fenced = f"^{word}$"
    return (*edges, *(_row(f"c3={fenced[i : i + 3]}") for i in range(len(fenced) - 2)))
