"""Krippendorff's alpha for nominal values, and its bootstrap interval.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A
to C, whose three examples are tests. The interval is Efron's percentile interval over
the units: whole requests are drawn with replacement.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# How often the requests are drawn anew, and the percentiles of a 95 % interval.
DRAWS = 1_000
_PERCENTILES = (2.5, 97.5)
# The interval of the same requests is the same each time.
_SEED = 2011


@dataclass(
    frozen=True,
    kw_only=True,
)
class Agreement:
    """How far answers agree.

    `alpha` is 1 for full agreement and 0 for chance; `low` and `high` bound its 95 %
    interval. `pairwise` is the share of pairs of answers to one request that are the
    same, in [0, 1]. `requests` and `answers` count what it was computed from.
    """

    alpha: float
    low: float
    high: float
    pairwise: float
    requests: int
    answers: int


@dataclass(
    frozen=True,
    kw_only=True,
)
class _Table:
    """The values of all units as columns of equal length, one entry a unit and value.

    `unit`, `value`: int64, shape (entries,), counted from 0. `times`: float64, shape
    (entries,), how often the unit has the value. `size`: float64, shape (units,), the
    values of a unit.
    """

    unit: NDArray[np.int64]
    value: NDArray[np.int64]
    times: NDArray[np.float64]
    size: NDArray[np.float64]


def measure_agreement(
    units: Iterable[Iterable[Hashable]],
    *,
    draws: int = DRAWS,
) -> Agreement | None:
    """Return the agreement over units, each the values that observers gave it.

    A unit with a single value has no pair and does not count. The answer is None
    without a pair, and where every value is the same: chance then explains all.
    """
    table = _tabulate(units)
    if not table.size.size:
        return None
    once = np.ones(table.size.size)
    alpha = _alpha(table, once)
    if alpha is None:
        return None
    low, high = _interval(table, draws, alpha)
    return Agreement(
        alpha=alpha,
        low=low,
        high=high,
        pairwise=_pairwise(table),
        requests=int(table.size.size),
        answers=int(table.size.sum()),
    )


def _tabulate(units: Iterable[Iterable[Hashable]]) -> _Table:
    numbers: dict[Hashable, int] = {}
    unit: list[int] = []
    value: list[int] = []
    times: list[int] = []
    sizes: list[int] = []
    for values in units:
        counted = Counter(values)
        if counted.total() < 2:
            continue
        for each, count in counted.items():
            unit.append(len(sizes))
            value.append(numbers.setdefault(each, len(numbers)))
            times.append(count)
        sizes.append(counted.total())
    return _Table(
        unit=np.array(unit, dtype=np.int64),
        value=np.array(value, dtype=np.int64),
        times=np.array(times, dtype=np.float64),
        size=np.array(sizes, dtype=np.float64),
    )


def _alpha(table: _Table, weights: NDArray[np.float64]) -> float | None:
    """Return alpha; `weights` (units,) is how often each unit counts."""
    total = float(weights @ table.size)
    differing = float(weights @ _differing_pairs(table)) / total
    entries = weights[table.unit] * table.times
    of_value = np.bincount(table.value, weights=entries)
    by_chance = float(of_value @ (total - of_value)) / (total * (total - 1))
    if by_chance == 0:
        return None
    return 1 - differing / by_chance


def _differing_pairs(table: _Table) -> NDArray[np.float64]:
    """Return for each unit its ordered pairs that differ, a value's share: (units,)."""
    others = table.size[table.unit] - table.times
    pairs = np.bincount(table.unit, weights=table.times * others)
    shares: NDArray[np.float64] = pairs / (table.size - 1)
    return shares


def _pairwise(table: _Table) -> float:
    same = float((table.times * (table.times - 1)).sum())
    pairs = float((table.size * (table.size - 1)).sum())
    return same / pairs


def _interval(
    table: _Table,
    draws: int,
    alpha: float,
) -> tuple[float, float]:
    """Return the bounds of the interval; draws without different values are left out."""
    random = np.random.default_rng(_SEED)
    units = table.size.size
    drawn = []
    for _ in range(draws):
        chosen = random.integers(0, units, units)
        weights = np.bincount(chosen, minlength=units).astype(np.float64)
        one = _alpha(table, weights)
        if one is not None:
            drawn.append(one)
    if not drawn:
        return alpha, alpha
    low, high = np.percentile(drawn, _PERCENTILES)
    return float(low), float(high)
