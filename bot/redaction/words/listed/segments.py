"""Find the words of Chinese and Japanese, however the recogniser divided them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bot.redaction.words.listed.tables import Table, table_of
from bot.redaction.words.text import is_ideograph

_LONGEST = 12
_COST_OF_A_WORD = 1.0
_COST_OF_A_SIGN = 1.3
_COST_OF_AN_UNKNOWN = 3.0


@dataclass(frozen=True)
class Segment:
    """Characters [start, end) of the joined tokens; `form` is "" for a gap."""

    start: int
    end: int
    form: str


def segment(tokens: Sequence[str], language: str) -> list[Segment]:
    """Return the words of the joined tokens, in order and without gaps.

    A word in another script keeps its borders; unknown signs in a row are one word.
    """
    table = table_of(language)
    segments: list[Segment] = []
    start = 0
    for text in _pieces(tokens):
        if text and all(map(_is_sign, text)):
            segments += _split(text, start, table)
        else:
            segments.append(Segment(start, start + len(text), text))
        start += len(text)
    return segments


def _pieces(tokens: Sequence[str]) -> list[str]:
    """Return the tokens, with neighbours of ideographs and kana joined."""
    pieces: list[str] = []
    last = ""
    for token in tokens:
        if not token:
            pieces.append(token)
        for i, char in enumerate(token):
            if _joins(last, char, within=i > 0):
                pieces[-1] += char
            else:
                pieces.append(char)
            last = char
        last = last if token else ""
    return pieces


def _joins(
    last: str,
    char: str,
    *,
    within: bool,
) -> bool:
    """Return whether a character continues the word of the character before it."""
    if not last:
        return False
    if _is_sign(last) and _is_sign(char):
        return True
    return within and not _is_sign(last) and not _is_sign(char)


def _is_sign(char: str) -> bool:
    if not char:
        return False
    return char == "ー" or is_ideograph(char)


def _split(
    text: str,
    offset: int,
    table: Table,
) -> list[Segment]:
    """Return the cheapest split into known words, names and unknown signs."""
    known = _vocabulary(table.language)
    costs = [0.0]
    starts = [0]
    for end in range(1, len(text) + 1):
        # Of two splits at one cost the one with the longer first word is likelier.
        cost, back = min(
            (costs[start] + _cost(text[start:end], known), -start)
            for start in range(max(0, end - _LONGEST), end)
        )
        costs.append(cost)
        starts.append(-back)
    borders = [len(text)]
    while borders[-1]:
        borders.append(starts[borders[-1]])
    return _joined_unknowns(text, borders[::-1], offset, known)


def _cost(piece: str, known: frozenset[str]) -> float:
    if piece in known:
        return _COST_OF_A_SIGN if len(piece) == 1 else _COST_OF_A_WORD
    return _COST_OF_AN_UNKNOWN * len(piece) ** 2


def _joined_unknowns(
    text: str,
    borders: Sequence[int],
    offset: int,
    known: frozenset[str],
) -> list[Segment]:
    segments: list[Segment] = []
    for start, end in pairwise(borders):
        form = text[start:end]
        last = segments[-1] if segments else None
        if last and form not in known and last.form not in known:
            segments[-1] = Segment(last.start, offset + end, last.form + form)
        else:
            segments.append(Segment(offset + start, offset + end, form))
    return segments


@lru_cache(maxsize=4)
def _vocabulary(language: str) -> frozenset[str]:
    table = table_of(language)
    words = table.harmless | table.doubtful | table.names | table.months
    phrases = {"".join(phrase) for key in table.frames.values() for phrase in key}
    return words | phrases | frozenset(table.numbers)
