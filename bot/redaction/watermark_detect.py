"""Whose mark a leaked sound carries, and the odds that this is a mistake.

The sound is turned into one value `v` for each chip without looking at any candidate's chips. The
score of a candidate is `sum(chip * v) / sqrt(sum(v**2))`. Against a listen that has nothing to do
with the sound, chips are independent fair coins, so whatever the sound is, Hoeffding's inequality
(JASA 58, 1963, theorem 2) bounds the chance of a score of at least z by exp(-z**2 / 2). No
distribution of speech or noise is assumed. The bound is multiplied by the places searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft, ndimage

from bot.redaction.watermark import MAX_PAIRS, N_BANDS, SLOT, Chips
from bot.redaction.watermark_align import Alignment, align, follow, n_slots_of, stretches
from bot.redaction.watermark_tiles import Image, Values, slot_edges

_CLIP_DB = 4.0
_BLIND_STEP, _BLIND_REACH, _BLIND_PHASES = 0.005, 0.04, 8
_BATCH = 128
_LEAST_PAIRS = 12


@dataclass(frozen=True)
class Score:
    """`z` is the highest score among `places` tried for this candidate."""

    z: float
    places: int

    @property
    def log_odds(self) -> float:
        """Natural logarithm of a bound on the chance that a stranger's chips do as well."""
        return min(0.0, float(np.log(self.places)) - max(self.z, 0.0) ** 2 / 2)


def score_beside(leak: Image, original: Image, candidates: Sequence[Chips]) -> list[Score]:
    """Informed: against the unmarked snippet. One place, found without the candidates."""
    values = values_beside(leak, original, align(leak, original))
    return [Score(z, 1) for z in scores(values, np.asarray(candidates))]


def scores(values: Values, candidates: Values) -> list[float]:
    """One z a candidate; `values`: (n_pairs, N_BANDS), `candidates`: (n, MAX_PAIRS, N_BANDS)."""
    norm = np.sqrt(np.square(values).sum())
    if norm == 0 or len(values) == 0:
        return [0.0] * len(candidates)
    return list(np.einsum("kb,nkb->n", values, candidates[:, : len(values)]) / norm)


def values_beside(leak: Image, original: Image, at: Alignment) -> Values:
    """How much louder than the original each pair's first tile is than its second, weighted."""
    n_slots = n_slots_of(original)
    ours = original.energies(slot_edges(n_slots))
    theirs = follow(leak, ours, at)
    edges = slot_edges(n_slots, at.offset, at.stretch)
    covered = (edges[:-1] > 0) & (edges[1:] < leak.n_frames)
    if not covered.any():
        return np.zeros((n_slots // 2, N_BANDS))
    level = _level(theirs[covered], ours[covered])
    noise = _noise(theirs[covered] / level, ours[covered])
    change = 10 * np.log10((theirs / level + noise) / (ours + noise)) * covered[:, None]
    difference = np.clip(change[0::2] - change[1::2], -_CLIP_DB, _CLIP_DB)
    clearness = np.minimum(ours[0::2], ours[1::2]) / noise
    both = (covered[0::2] & covered[1::2])[:, None]
    return np.asarray(difference * both * clearness / (clearness + 3))


def _level(theirs: Values, ours: Values) -> Values:
    """Per band: how much louder the leak is where the original is loud."""
    loud = ours >= np.quantile(ours, 0.7, axis=0)
    ratios = np.where(loud, np.log(theirs + 1e-12) - np.log(ours + 1e-12), np.nan)
    return np.asarray(np.exp(np.nanmedian(ratios, axis=0)))


def _noise(theirs: Values, ours: Values) -> Values:
    """Per band: energy that the leak has and the original does not."""
    added = np.median(np.maximum(theirs - ours, 0.0), axis=0)
    return np.asarray(added + 1e-4 * ours.mean() + 1e-9)


def score_blind(leak: Image, candidates: Sequence[Chips]) -> list[Score]:
    """Without the snippet: every place and every stretch is tried, and counted."""
    fields = [
        pair_values(leak, 2 * SLOT * stretch * phase / _BLIND_PHASES, stretch, pitch)
        for stretch, pitch in stretches(_BLIND_STEP, _BLIND_REACH)
        for phase in range(_BLIND_PHASES)
    ]
    places = sum(len(field) + MAX_PAIRS - 1 for field in fields)
    found: list[Score] = []
    for start in range(0, len(candidates), _BATCH):
        batch = np.asarray(candidates[start : start + _BATCH])
        best = np.max([slide(field, batch) for field in fields], axis=0)
        found += [Score(float(z), places) for z in best]
    return found


def pair_values(leak: Image, offset: float, stretch: float, pitch: float) -> Values:
    """What is surprising in each pair of tiles, shape (n_pairs, N_BANDS).

    Speech changes slowly in time and alike in neighbouring bands; what it lets expect is taken off,
    and what is left is measured by how much of it is usual there.
    """
    n_slots = max(0, int((leak.n_frames - offset) / (2 * SLOT * stretch))) * 2
    energies = leak.energies(slot_edges(n_slots, offset, stretch), pitch)
    decibels = 10 * np.log10(energies + 1e-4 * energies.mean() + 1e-9) if n_slots else energies
    wide = np.pad(decibels, ((1, 1), (1, 1)), mode="edge") if n_slots else np.zeros((2, 27))
    across = wide[:, 1:-1] - 0.35 * (wide[:, :-2] + wide[:, 2:])
    surprise = across[1:-1] - 0.5 * (across[:-2] + across[2:])
    usual = np.sqrt(ndimage.gaussian_filter(np.square(surprise), (2, 1.5))) + 0.5
    weighted = np.clip(surprise / usual, -3, 3) / usual
    return np.asarray(weighted[0::2] - weighted[1::2])


def slide(values: Values, candidates: Values) -> Values:
    """The highest score of each candidate over all places in `values`."""
    n, pairs = len(values), candidates.shape[1]
    size = fft.next_fast_len(n + pairs, real=True)
    ours = fft.rfft(values, size, axis=0)
    theirs = fft.rfft(candidates, size, axis=1)
    sums = fft.irfft((ours[None] * np.conj(theirs)).sum(axis=2), size, axis=1)
    powers = np.concatenate([[0.0], np.square(values).sum(axis=1).cumsum()])
    lags = np.arange(1 - pairs, n)
    first, last = np.clip(lags, 0, n), np.clip(lags + pairs, 0, n)
    norms = np.sqrt(powers[last] - powers[first])
    usable = (last - first >= _LEAST_PAIRS) & (norms > 1e-9)
    if not usable.any():
        return np.zeros(len(candidates))
    return np.asarray((sums[:, lags[usable]] / norms[usable]).max(axis=1))
