"""Whose mark a leaked sound carries, and the odds that this is a mistake.

The sound is turned into one value `v` for each chip without looking at any candidate's
chips. The score of a candidate is `sum(chip * v) / sqrt(sum(v**2))`. Against a listen
that has nothing to do with the sound, chips are independent fair coins, so whatever the
sound is, Hoeffding's inequality (JASA 58, 1963, theorem 2) bounds the chance of a score
of at least z by exp(-z**2 / 2). No distribution of speech or noise is assumed. The
bound is multiplied by the places searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from bot.redaction.watermark.align import (
    Alignment,
    align,
    follow,
    n_slots_of,
    stretches,
)
from bot.redaction.watermark.mark import MAX_PAIRS, N_BANDS, SLOT, Chips
from bot.redaction.watermark.tiles import Image, Values, slot_edges

_CLIP_DB = 6.0
_SWEEPS = 100
_AROUND = (2.0, 1.5)  # pairs and bands over which "usual" is taken
_ECHOES = 8  # slots; a quarter of a second of the room the leak was recorded in
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
        """Natural logarithm of a bound on the chance that a stranger's chips do as
        well.
        """
        return min(0.0, float(np.log(self.places)) - max(self.z, 0.0) ** 2 / 2)


def score_beside(
    leak: Image,
    original: Image,
    candidates: Sequence[Chips],
) -> list[Score]:
    """Informed: against the unmarked snippet. One place, found without the
    candidates.
    """
    values = values_beside(leak, original, align(leak, original))
    return [Score(z, 1) for z in scores(values, np.asarray(candidates))]


def scores(values: Values, candidates: Values) -> list[float]:
    """One z a candidate; `values`: (n_pairs, N_BANDS), `candidates`: (n, MAX_PAIRS,
    N_BANDS).
    """
    norm = np.sqrt(np.square(values).sum())
    if norm == 0 or len(values) == 0:
        return [0.0] * len(candidates)
    return list(np.einsum("kb,nkb->n", values, candidates[:, : len(values)]) / norm)


def values_beside(
    leak: Image,
    original: Image,
    at: Alignment,
) -> Values:
    """How much the leak speaks for a first tile louder than expected and a second one
    softer.
    """
    n_slots = n_slots_of(original)
    edges = slot_edges(n_slots, at.offset, at.stretch)
    covered = (edges[:-1] > 0) & (edges[1:] < leak.n_frames)
    if covered.sum() <= _ECHOES:
        return np.zeros((n_slots // 2, N_BANDS))
    ours = original.energies(slot_edges(n_slots))
    theirs = follow(leak, ours, at)
    parts = np.stack([_later(ours, n) for n in range(_ECHOES)])
    parts *= _echoes(theirs[covered], parts[:, covered])[:, None]
    expected = parts.sum(axis=0)
    added = np.median(np.maximum(theirs - expected, 0.0)[covered], axis=0)
    noise = added + 1e-4 * expected[covered].mean() + 1e-9
    change = 10 * np.log10((theirs + noise) / (expected + noise)) * covered[:, None]
    shares = parts / (expected + 3 * noise)
    # A tile is heard again in each of its echoes, as loudly as that echo has a part in
    # the sound.
    echoed = [
        _contrast(_later(change, -n), _later(shares[n], -n)) for n in range(_ECHOES)
    ]
    return np.asarray(np.sum(echoed, axis=0))


def _contrast(change: Values, shares: Values) -> Values:
    """The difference in each pair, weighted by what both tiles have a share in, and
    measured by how much difference is usual around it: coding, clipping and stretching
    are at work in places.
    """
    share = np.minimum(shares[0::2], shares[1::2])
    wide = np.pad(change[0::2] - change[1::2], ((0, 0), (1, 1)), mode="edge")
    lone = wide[:, 1:-1] - 0.2 * (wide[:, :-2] + wide[:, 2:])
    lone = np.clip(lone, -_CLIP_DB, _CLIP_DB)
    heard = ndimage.gaussian_filter(share, _AROUND) + 1e-6
    usual = (
        np.sqrt(ndimage.gaussian_filter(np.square(lone) * share, _AROUND) / heard) + 1.0
    )
    return np.asarray(share * np.clip(lone / usual, -3, 3) / usual)


def _echoes(theirs: Values, parts: Values) -> Values:
    """Per band, the gains (never negative) of the original and its echoes that explain
    the leak.

    Least squares of the relative error by coordinate descent, all bands at once; what
    is steady in the leak is explained by a constant, which is left out of the answer.
    """
    steady = np.broadcast_to(1e-2 * parts[0].mean(axis=0) + 1e-9, (1, *theirs.shape))
    columns = np.concatenate([parts, steady]) / (
        theirs + 1e-3 * theirs.mean(axis=0) + 1e-9
    )
    wanted = theirs / (theirs + 1e-3 * theirs.mean(axis=0) + 1e-9)
    products = np.einsum("ksb,lsb->bkl", columns, columns)
    matches = np.einsum("ksb,sb->bk", columns, wanted)
    gains = np.zeros_like(matches)
    for _ in range(_SWEEPS):
        for k in range(gains.shape[1]):
            error = matches[:, k] - (products[:, k] * gains).sum(axis=1)
            gains[:, k] = np.maximum(
                0.0, gains[:, k] + error / (products[:, k, k] + 1e-12)
            )
    return np.asarray(gains[:, :-1].T)


def _later(values: Values, n_slots: int) -> Values:
    """Moved by `n_slots`, zeros moving in."""
    moved = np.zeros_like(values)
    if n_slots >= 0:
        moved[n_slots:] = values[: len(values) - n_slots]
    else:
        moved[:n_slots] = values[-n_slots:]
    return moved


def score_blind(leak: Image, candidates: Sequence[Chips]) -> list[Score]:
    """Without the snippet: every place and every stretch is tried, and counted."""
    fields = [
        pair_values(leak, 2 * SLOT * stretch * phase / _BLIND_PHASES, stretch, pitch)
        for stretch, pitch in stretches(_BLIND_STEP, _BLIND_REACH)
        for phase in range(_BLIND_PHASES)
    ]
    places = sum(len(field) + MAX_PAIRS - 1 for field in fields)
    size = fft.next_fast_len(max(len(field) for field in fields) + MAX_PAIRS, real=True)
    found: list[Score] = []
    for start in range(0, len(candidates), _BATCH):
        batch = np.asarray(candidates[start : start + _BATCH], dtype=np.float32)
        spectra = np.conj(fft.rfft(batch, size, axis=1))
        best = np.max([_slide(field, spectra, size) for field in fields], axis=0)
        found += [Score(float(z), places) for z in best]
    return found


def pair_values(
    leak: Image,
    offset: float,
    stretch: float,
    pitch: float,
) -> Values:
    """What is surprising in each pair of tiles, shape (n_pairs, N_BANDS).

    Speech changes slowly in time and alike in neighbouring bands; what it lets expect
    is taken off, and what is left is measured by how much of it is usual there.
    """
    n_slots = max(0, int((leak.n_frames - offset) / (2 * SLOT * stretch))) * 2
    energies = leak.energies(slot_edges(n_slots, offset, stretch), pitch)
    decibels = (
        10 * np.log10(energies + 1e-4 * energies.mean() + 1e-9) if n_slots else energies
    )
    wide = (
        np.pad(decibels, ((1, 1), (1, 1)), mode="edge")
        if n_slots
        else np.zeros((2, 27))
    )
    across = wide[:, 1:-1] - 0.35 * (wide[:, :-2] + wide[:, 2:])
    surprise = across[1:-1] - 0.5 * (across[:-2] + across[2:])
    usual = np.sqrt(ndimage.gaussian_filter(np.square(surprise), _AROUND)) + 0.5
    weighted = np.clip(surprise / usual, -3, 3) / usual
    return np.asarray(weighted[0::2] - weighted[1::2])


def _slide(
    values: Values,
    spectra: npt.NDArray[np.complex64],
    size: int,
) -> Values:
    """The highest score of each candidate over all places in `values`.

    `spectra`: conjugate spectra, over `size` pairs, of the candidates' chips.
    """
    n = len(values)
    ours = fft.rfft(values.astype(np.float32), size, axis=0)
    sums = fft.irfft(np.einsum("fb,nfb->nf", ours, spectra), size, axis=1)
    powers = np.concatenate([[0.0], np.square(values).sum(axis=1).cumsum()])
    lags = np.arange(1 - MAX_PAIRS, n)
    first, last = np.clip(lags, 0, n), np.clip(lags + MAX_PAIRS, 0, n)
    norms = np.sqrt(powers[last] - powers[first])
    usable = (last - first >= _LEAST_PAIRS) & (
        norms > 1e-3 * np.sqrt(powers[-1]) + 1e-9
    )
    if not usable.any():
        return np.zeros(len(spectra))
    return np.asarray((sums[:, lags[usable]] / norms[usable]).max(axis=1))
