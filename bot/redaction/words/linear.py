"""The trained model of one language: score how far each unit leans to personal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from bot.redaction.words.business_call import BusinessCallModel
from bot.redaction.words.features import Lexicon, features
from bot.redaction.words.network import Net, load_net
from bot.redaction.words.tokens import Kind, Unit

Weights = NDArray[np.float32]


FIGURE_RELIEF = 4.0
"""Log-odds taken off a lone short figure, ordinal or clock time ("4", "7th", "8:15pm").  The
transcripts learnt from write numbers as words, so figures would be masked as unknown words; a
figure in company (codes, dates alone, long numbers) is the rules' business."""

WELL_KNOWN_RELIEF = {"en": 2.0}
"""Log-odds taken off well-known harmless words, by language.  English transcripts enough were
learnt from to know "call" for harmless beside any name; cross-validated, it leaks no more."""

NUMBER_RELIEF = {"en": 3.0}
"""Log-odds of direct taken off number words, by language.  The English commands hold none that
identify, yet a quarter of what was masked for nothing were numbers; in the synthetic source, the
lowest that identifies and is not left to the rules stands six above the threshold."""

BESIDE_A_NAME = {
    "en": {
        -1: 2.0,
        1: 6.0,
        2: 4.0,
    }
}
"""Log-odds of direct added beside a sure name, by language and place (1: the next unit).  Names are
longer than their surest word: "will smith", "alexander the great".  In German and Swahili this
masked more than it saved."""

BUSINESS_RELIEF = {"en": 1.75}
"""Log-odds taken off both where an utterance is surely talk with a business, by language.  Of the
words of NLU++ 1.2 % are personal, of the commands 4.4 %: a ratio of 1.3 in log-odds already; from
two on, more companies called by everyday words are shown there ("monthly pay")."""

_NAME_FROM = 1.0
_WELL_KNOWN_FROM, _WELL_KNOWN_RATE = 60, 0.01
_NUMBERS = (Kind.NUMBER, Kind.NUMBERS)
_NUMBER_WORDS = "dtTH&"
_PLAIN_FIGURES = ("1", "2", "o", ":", "m", ".")


@dataclass(frozen=True)
class Model:
    """A regression and a network over the same units; their mean log-odds count.

    `weights`: shape (N_BUCKETS, 2), log-odds of direct and of indirect identifiers
    against neither; `bias`: shape (2,); a unit is masked when either score passes its
    threshold. `thresholds`: operating point -> (direct, indirect); chosen by
    cross-validation, then frozen.
    """

    lexicon: Lexicon
    weights: Weights
    bias: Weights
    net: Net
    talk: BusinessCallModel
    thresholds: dict[str, tuple[float, float]]

    def scores(self, units: Sequence[Unit]) -> Weights:
        """Return the log-odds of direct and of indirect identifiers, shape (units, 2)."""
        if not units:
            return np.zeros((0, 2), np.float32)
        buckets = list(features(units, self.lexicon))
        starts = list(accumulate(map(len, buckets[:-1]), initial=0))
        odds = np.add.reduceat(
            self.weights[list(chain.from_iterable(buckets))], starts, axis=0
        )
        odds = (odds + self.bias + self.net.odds(units, self.lexicon)) * np.float32(0.5)
        odds -= np.array([[self._relief(unit)] for unit in units], np.float32)
        odds[:, 0] -= [self._number_relief(unit) for unit in units]
        names = np.array([unit.kind not in _NUMBERS for unit in units], np.bool_)
        names &= odds[:, 0] > _NAME_FROM
        odds[:, 0] += _lift(names, BESIDE_A_NAME.get(self.lexicon.language, {}))
        relief = BUSINESS_RELIEF.get(self.lexicon.language, 0.0)
        return odds - np.float32(relief * self.talk.share(units))

    def _relief(self, unit: Unit) -> float:
        if unit.kind is Kind.NUMBER and unit.pattern in _PLAIN_FIGURES:
            return FIGURE_RELIEF
        met, personal = self.lexicon.counts.get(unit.key, (0, 0))
        if met >= _WELL_KNOWN_FROM and personal <= _WELL_KNOWN_RATE * met:
            return WELL_KNOWN_RELIEF.get(self.lexicon.language, 0.0)
        return 0.0

    def _number_relief(self, unit: Unit) -> float:
        if unit.kind not in _NUMBERS:
            return 0.0
        if unit.pattern.strip(_NUMBER_WORDS):
            return 0.0
        return NUMBER_RELIEF.get(self.lexicon.language, 0.0)


def _lift(names: NDArray[np.bool_], by_place: Mapping[int, float]) -> Weights:
    """Return the addition for units at these places from a name, shape (units,)."""
    reach = max(map(abs, by_place), default=0)
    padded = np.zeros(len(names) + 2 * reach, np.bool_)
    padded[reach : reach + len(names)] = names
    lift = np.zeros(len(names), np.float32)
    for place, odds in by_place.items():
        there = padded[reach - place : reach - place + len(names)]
        lift = np.maximum(lift, np.float32(odds) * there)
    return np.where(names, np.float32(0), lift)


@lru_cache(maxsize=16)
def load(language: str) -> Model | None:
    """Return the model that ships for a language, or None."""
    if not has_model(language):
        return None
    file = _folder() / f"{language}.npz"
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
        keys = str(held["words"]).split("\n")
        pairs = zip(held["met"].tolist(), held["personal"].tolist(), strict=True)
        counts = dict(zip(keys, pairs, strict=True))
        points = zip(held["points"].tolist(), held["thresholds"].tolist(), strict=True)
        thresholds = {name: (direct, indirect) for name, (direct, indirect) in points}
        weights = _unpacked(held["buckets"], held["weights"], int(held["n_buckets"]))
        talk = dict(zip(keys, held["talk"].tolist(), strict=True))
        known_talk = {key: odds for key, odds in talk.items() if odds}
        return Model(
            Lexicon(language, counts, gazetteer()),
            weights,
            held["bias"].astype(np.float32),
            load_net(),
            BusinessCallModel(float(held["talk_bias"]), known_talk),
            thresholds,
        )


def has_model(language: str) -> bool:
    """Return whether a model ships for a language subtag."""
    if not (language.isalpha() and language.isascii() and len(language) <= 3):
        return False
    return (_folder() / f"{language}.npz").is_file()


def _unpacked(
    buckets: NDArray[np.int32],
    packed: NDArray[np.float16],
    n_buckets: int,
) -> Weights:
    weights = np.zeros((n_buckets, 2), np.float32)
    weights[buckets] = packed
    return weights


@lru_cache(maxsize=1)
def gazetteer() -> dict[str, str]:
    """Return names of people and places, each with its flags (see `Lexicon`)."""
    names: dict[str, str] = {}
    for line in (_folder() / "gazetteer.txt").read_text(encoding="utf-8").splitlines():
        flags, _, words = line.partition(":")
        if not line.startswith("#"):
            names.update(dict.fromkeys(words.split(), flags))
    return names


def _folder() -> Traversable:
    return resources.files("bot.redaction.words") / "models"
