"""Training copies with other names: a word is judged by its place and its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.redaction.words.features import Lexicon
from tools.train_words.corpus import Utterance

COPIES = 2
"""Of each utterance with a name, for each network its own."""

_EVERYDAY = 0.3  # of the words put in: people are called "July" and "Will", too
_AS_IT_WAS = 0.2  # of the names
_LEAST_MET, _MOST_PERSONAL = 2, 0.1
_VARIED = ("presidio-synth-spoken",)  # its names are drawn from lists already


@dataclass(frozen=True)
class Names:
    """The inserted words: first names, last names, and everyday words."""

    first: Sequence[str]
    last: Sequence[str]
    everyday: Sequence[str]


def names_for(lexicon: Lexicon) -> Names:
    """Return names out of the gazetteer and everyday words out of training counts.

    First names come first, then last names, then the everyday words.
    """
    known = [(word, flags) for word, flags in lexicon.names.items() if word.isalpha()]
    return Names(
        [word for word, flags in known if "F" in flags],
        [word for word, flags in known if "L" in flags],
        [
            key
            for key, (met, personal) in sorted(lexicon.counts.items())
            if key.isalpha() and len(key) > 1 and met >= _LEAST_MET
            if personal <= _MOST_PERSONAL * met
        ],
    )


def renamed(
    utterance: Utterance,
    names: Names,
    rng: np.random.Generator,
) -> Iterator[Utterance]:
    """Return COPIES of an utterance with a person's name, none of any other.

    Labels stay.
    """
    spans = list(_persons(utterance))
    if not spans or utterance.source in _VARIED:
        return
    for _ in range(COPIES):
        words = list(utterance.words)
        for start, end in spans:
            if rng.random() < _AS_IT_WAS:
                continue
            for i in range(start, end):
                possessive = ""
                if words[i].endswith("'s"):
                    possessive = "'s"
                words[i] = _other(names, rng, first=i == start) + possessive
        yield replace(utterance, words=tuple(words))


def _other(
    names: Names,
    rng: np.random.Generator,
    *,
    first: bool,
) -> str:
    drawn = names.last
    if first:
        drawn = names.first
    if rng.random() < _EVERYDAY and names.everyday:
        drawn = names.everyday
    return drawn[int(rng.integers(len(drawn)))]


def _persons(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """Return (start, end) of each name of a person."""
    start = None
    for i, kind in enumerate((*utterance.kinds, "")):
        inside = kind == "PERSON" and utterance.tiers[i] == 1
        if inside and start is None:
            start = i
        if not inside and start is not None:
            yield start, i
            start = None
