"""A small convolutional network over the units of an utterance, run with numpy alone.

`words_net_fit` trains it on all languages at once; several networks vote with the mean
of their log-odds. The first axis of all arrays is the network, so that every step is
one product for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from bot.redaction.words.features import Lexicon
from bot.redaction.words.network_features import rows
from bot.redaction.words.tokens import Unit

Floats = NDArray[np.float32]

_LEAST = np.float32(1e-30)
_MOST_MET = 1 << 12

REACHES = (2, 1, 1)
"""Of each convolution: how many units to either side it sees."""


@dataclass(frozen=True)
class Net:
    """N networks: a table of R rows of D values, H channels and C labels.

    `table`: int8, (N, R, D), to be multiplied by `scale`, (N, R). `weights`: name ->
    (N, in, out) or (N, 1, out): "in" D to H; "conv0".. H times (2 reach + 1) to H;
    "whole" H to H; "out" 2 H to C; each with "... bias"; "norm0".. and "norm0 bias"..
    of the layers' normalisation. `first_of_tier`: of the labels, which are in the order
    of `words_corpus.TIERS`.
    """

    table: NDArray[np.int8]
    scale: Floats
    weights: dict[str, Floats]
    first_of_tier: NDArray[np.intp]
    _met: dict[tuple[int, ...], Floats] = field(
        default_factory=dict,
        compare=False,
        repr=False,
    )

    def odds(self, units: Sequence[Unit], lexicon: Lexicon) -> Floats:
        """Return log-odds of direct and of indirect identifiers, shape (units, 2).

        The log-odds are against harmless words.
        """
        if not units:
            return np.zeros((0, 2), np.float32)
        labels = self._labels(self._entries(rows(units, lexicon)))
        shares = np.exp(labels - labels.max(axis=2, keepdims=True))
        of_tier = np.log(np.add.reduceat(shares, self.first_of_tier, axis=2) + _LEAST)
        odds = (of_tier[:, :, 1:3] - of_tier[:, :, :1]).mean(axis=0)
        return np.asarray(odds, dtype=np.float32)

    def _entries(self, numbers: Sequence[tuple[int, ...]]) -> Floats:
        return np.stack([self._entry(each) for each in numbers], axis=1)

    def _entry(self, numbers: tuple[int, ...]) -> Floats:
        """Return the sum of these rows, shape (N, D), from the cache if possible."""
        found = self._met.get(numbers)
        if found is None:
            which = list(numbers)
            entries = (
                self.table[:, which].astype(np.float32) * self.scale[:, which, None]
            )
            found = np.asarray(entries.sum(axis=1), dtype=np.float32)
            if len(self._met) < _MOST_MET:
                self._met[numbers] = found
        return found

    def _labels(self, entries: Floats) -> Floats:
        first = last = np.maximum(self._linear("in", entries), 0)
        made = first
        for i, reach in enumerate(REACHES):
            normal = self._normal(i, last)
            made = self._linear(f"conv{i}", _neighbours(normal, reach))
            if i in (0, len(REACHES) - 1):
                made = made + self._linear("whole", normal.max(axis=1, keepdims=True))
            last = last + np.maximum(made, 0)
        return self._linear("out", np.concatenate([made, first], axis=2))

    def _linear(self, name: str, values: Floats) -> Floats:
        return np.asarray(
            values @ self.weights[name] + self.weights[f"{name} bias"], np.float32
        )

    def _normal(self, i: int, values: Floats) -> Floats:
        centred = values - _mean(values)
        spread = np.sqrt(_mean(np.square(centred)) + np.float32(1e-5))
        scaled = (
            centred / spread * self.weights[f"norm{i}"] + self.weights[f"norm{i} bias"]
        )
        return np.asarray(scaled, dtype=np.float32)


def _mean(values: Floats) -> Floats:
    """Return the mean over channels; `ndarray.mean` is half as fast on small arrays."""
    sums = np.add.reduce(values, axis=2, keepdims=True)
    return np.asarray(sums * np.float32(1 / values.shape[2]), np.float32)


def _neighbours(values: Floats, reach: int) -> Floats:
    """Return the channels of each unit beside its neighbours', from left to right."""
    n_nets, n_units, n_channels = values.shape
    padded = np.zeros((n_nets, n_units + 2 * reach, n_channels), np.float32)
    padded[:, reach : reach + n_units] = values
    return np.concatenate(
        [padded[:, i : i + n_units] for i in range(2 * reach + 1)], axis=2
    )


@lru_cache(maxsize=1)
def load_net() -> Net:
    """Return the networks that ship, for all languages with a model."""
    file = resources.files("bot.redaction.words") / "models" / "net.npz"
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    table, scale, first = (
        arrays.pop("table"),
        arrays.pop("scale"),
        arrays.pop("first_of_tier"),
    )
    weights = {name: array.astype(np.float32) for name, array in arrays.items()}
    return Net(table, scale.astype(np.float32), weights, first.astype(np.intp))
