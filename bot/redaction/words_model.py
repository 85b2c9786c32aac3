"""The trained model of one language: for each unit, how far it leans to personal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from bot.redaction.words_features import Lexicon, features
from bot.redaction.words_net import Net, load_net
from bot.redaction.words_units import Kind, Unit

Weights = NDArray[np.float32]


FIGURE_RELIEF = 4.0
"""Log-odds taken off a lone short figure, ordinal or clock time ("4", "7th", "8:15pm").  The
transcripts learnt from write numbers as words, so figures would be masked as unknown words; a
figure in company (codes, dates alone, long numbers) is the rules' business."""

WELL_KNOWN_RELIEF = {"en": 2.0}
"""Log-odds taken off well-known harmless words, by language.  English transcripts enough were
learnt from to know "call" for harmless beside any name; cross-validated, it leaks no more."""

_WELL_KNOWN_FROM, _WELL_KNOWN_RATE = 60, 0.01
_PLAIN_FIGURES = ("1", "2", "o", ":", "m", ".")


@dataclass(frozen=True)
class Model:
    """A regression and a network that look at the same units; the mean of their log-odds counts.

    `weights`: shape (N_BUCKETS, 2), log-odds of direct and of indirect identifiers against
    neither; `bias`: shape (2,); a unit is masked when either score passes its threshold.

    `thresholds`: operating point -> (direct, indirect); chosen by cross-validation, then frozen.
    """

    lexicon: Lexicon
    weights: Weights
    bias: Weights
    net: Net
    thresholds: dict[str, tuple[float, float]]

    def scores(self, units: Sequence[Unit]) -> Weights:
        """Shape (units, 2): log-odds of direct, of indirect."""
        odds = np.empty((len(units), 2), np.float32)
        for i, row in enumerate(features(units, self.lexicon)):
            odds[i] = self.weights[row].sum(axis=0) + self.bias
        odds += self.net.odds(units, self.lexicon)
        odds *= 0.5
        for i, unit in enumerate(units):
            odds[i] -= self._relief(unit)
        return odds

    def _relief(self, unit: Unit) -> float:
        if unit.kind is Kind.NUMBER and unit.pattern in _PLAIN_FIGURES:
            return FIGURE_RELIEF
        met, personal = self.lexicon.counts.get(unit.key, (0, 0))
        if met >= _WELL_KNOWN_FROM and personal <= _WELL_KNOWN_RATE * met:
            return WELL_KNOWN_RELIEF.get(self.lexicon.language, 0.0)
        return 0.0


@lru_cache(maxsize=16)
def load(language: str) -> Model | None:
    """The model that ships for a language; None where there is none."""
    file = _folder() / f"{language}.npz"
    if not (language.isalpha() and language.isascii() and len(language) <= 3 and file.is_file()):
        return None
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
        keys = str(held["words"]).split("\n")
        pairs = zip(held["met"].tolist(), held["personal"].tolist(), strict=True)
        points = zip(held["points"].tolist(), held["thresholds"].tolist(), strict=True)
        return Model(
            Lexicon(language, dict(zip(keys, pairs, strict=True)), gazetteer()),
            _unpacked(held["buckets"], held["weights"], int(held["n_buckets"])),
            held["bias"].astype(np.float32),
            load_net(),
            {name: (direct, indirect) for name, (direct, indirect) in points},
        )


def _unpacked(buckets: NDArray[np.int32], packed: NDArray[np.float16], n_buckets: int) -> Weights:
    weights = np.zeros((n_buckets, 2), np.float32)
    weights[buckets] = packed
    return weights


@lru_cache(maxsize=1)
def gazetteer() -> dict[str, str]:
    """Names of people and places, each with its flags (see `Lexicon`)."""
    names: dict[str, str] = {}
    for line in (_folder() / "gazetteer.txt").read_text(encoding="utf-8").splitlines():
        flags, _, words = line.partition(":")
        if not line.startswith("#"):
            names.update(dict.fromkeys(words.split(), flags))
    return names


def _folder() -> Traversable:
    return resources.files("bot.redaction") / "models"
