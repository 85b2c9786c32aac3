"""The listener whose mark a leaked sound carries, and the odds of a mistake.

The sound is turned into one value `v` for each chip without looking at the chips of any
candidate. The score of a candidate is `sum(chip * v) / sqrt(sum(v**2))`. For a listen
without a relation to the sound, chips are independent fair coins. Whatever the sound
is, Hoeffding's inequality (JASA 58, 1963, theorem 2) therefore bounds the chance of a
score of at least z by exp(-z**2 / 2). No distribution of speech or noise is assumed.
The bound is multiplied by the number of places searched.
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
# The usual size is an average over these pairs and bands.
_AROUND = (2.0, 1.5)
# These slots are a quarter of a second, as echoes in a room last.
_ECHOES = 8
_BLIND_STEP = 0.005
_BLIND_REACH = 0.04
_BLIND_PHASES = 8
_BATCH = 128
_LEAST_PAIRS = 12


@dataclass(frozen=True)
class Score:
    """`z` is the highest score among `places` tried for this candidate."""

    z: float
    places: int

    @property
    def log_odds(self) -> float:
        """Return the natural logarithm of a bound on the chance of a mistake.

        A mistake means that the chips of an unrelated listen score as well.
        """
        return min(0.0, float(np.log(self.places)) - max(self.z, 0.0) ** 2 / 2)


def score_beside(
    leak: Image,
    original: Image,
    candidates: Sequence[Chips],
) -> list[Score]:
    """Return the informed scores, against the unmarked snippet.

    There is one place, found without the candidates.
    """
    at = align(leak, original)
    values = values_beside(leak, original, at)
    z_scores = scores(values, np.asarray(candidates))
    return [Score(z, 1) for z in z_scores]


def scores(values: Values, candidates: Values) -> list[float]:
    """Return one z for each candidate.

    `values`: (n_pairs, N_BANDS), `candidates`: (n, MAX_PAIRS, N_BANDS).
    """
    norm = np.sqrt(np.square(values).sum())
    if norm == 0:
        return [0.0] * len(candidates)
    covered = candidates[:, : len(values)]
    sums = np.einsum("kb,nkb->n", values, covered)
    return list(sums / norm)


def values_beside(
    leak: Image,
    original: Image,
    at: Alignment,
) -> Values:
    """Return how clearly the leak has a louder first and a softer second tile.

    Both are compared with the loudness expected from the original and its echoes.
    """
    n_slots = n_slots_of(original)
    edges = slot_edges(n_slots, at.offset, at.stretch)
    covered = (edges[:-1] > 0) & (edges[1:] < leak.n_frames)
    if covered.sum() <= _ECHOES:
        return np.zeros((n_slots // 2, N_BANDS))
    ours = original.energies(slot_edges(n_slots))
    theirs = follow(leak, ours, at)
    parts = np.stack([_later(ours, n) for n in range(_ECHOES)])
    gains = _echoes(theirs[covered], parts[:, covered])
    parts *= gains[:, None]
    expected = parts.sum(axis=0)
    excess = np.maximum(theirs - expected, 0.0)
    added = np.median(excess[covered], axis=0)
    noise = added + 1e-4 * expected[covered].mean() + 1e-9
    decibels = 10 * np.log10((theirs + noise) / (expected + noise))
    change = decibels * covered[:, None]
    shares = parts / (expected + 3 * noise)
    # A tile is heard again in each of its echoes, as loudly as that echo has a part in
    # the sound.
    echoed = []
    for n in range(_ECHOES):
        echo = _later(change, -n)
        share = _later(shares[n], -n)
        echoed.append(_contrast(echo, share))
    return np.asarray(np.sum(echoed, axis=0))


def _contrast(change: Values, shares: Values) -> Values:
    """Return the difference in each pair of tiles, weighted by both tiles' shares.

    It is measured by the usual difference around it, because coding, clipping and
    stretching work in places.
    """
    share = np.minimum(shares[0::2], shares[1::2])
    difference = change[0::2] - change[1::2]
    wide = np.pad(difference, ((0, 0), (1, 1)), mode="edge")
    neighbours = wide[:, :-2] + wide[:, 2:]
    lone = wide[:, 1:-1] - 0.2 * neighbours
    lone = np.clip(lone, -_CLIP_DB, _CLIP_DB)
    heard = ndimage.gaussian_filter(share, _AROUND) + 1e-6
    power = ndimage.gaussian_filter(np.square(lone) * share, _AROUND)
    usual = np.sqrt(power / heard) + 1.0
    relative = np.clip(lone / usual, -3, 3)
    return np.asarray(share * relative / usual)


def _echoes(theirs: Values, parts: Values) -> Values:
    """Return for each band the gains of the original and its echoes in the leak.

    No gain is negative. They minimise the squared relative error by coordinate descent,
    all bands at once. A constant explains the steady part of the leak and is left out.
    """
    steady = np.broadcast_to(1e-2 * parts[0].mean(axis=0) + 1e-9, (1, *theirs.shape))
    scale = theirs + 1e-3 * theirs.mean(axis=0) + 1e-9
    columns = np.concatenate([parts, steady]) / scale
    wanted = theirs / scale
    products = np.einsum("ksb,lsb->bkl", columns, columns)
    matches = np.einsum("ksb,sb->bk", columns, wanted)
    gains = np.zeros_like(matches)
    for _ in range(_SWEEPS):
        for k in range(gains.shape[1]):
            explained = (products[:, k] * gains).sum(axis=1)
            error = matches[:, k] - explained
            step = error / (products[:, k, k] + 1e-12)
            gains[:, k] = np.maximum(0.0, gains[:, k] + step)
    return np.asarray(gains[:, :-1].T)


def _later(values: Values, n_slots: int) -> Values:
    """Return the values moved by `n_slots`, with zeros moving in."""
    moved = np.zeros_like(values)
    if n_slots >= 0:
        moved[n_slots:] = values[: len(values) - n_slots]
    else:
        moved[:n_slots] = values[-n_slots:]
    return moved


def score_blind(leak: Image, candidates: Sequence[Chips]) -> list[Score]:
    """Return scores without the snippet: every place and stretch is tried, and counted."""
    fields = []
    for stretch, pitch in stretches(_BLIND_STEP, _BLIND_REACH):
        for phase in range(_BLIND_PHASES):
            offset = 2 * SLOT * stretch * phase / _BLIND_PHASES
            fields.append(pair_values(leak, offset, stretch, pitch))
    places = sum(len(field) + MAX_PAIRS - 1 for field in fields)
    longest = max(len(field) for field in fields)
    size = fft.next_fast_len(longest + MAX_PAIRS, real=True)
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
    """Return the surprise in each pair of tiles, shape (n_pairs, N_BANDS).

    Speech changes slowly in time and alike in neighbouring bands. The part expected
    from the neighbours is subtracted, and the rest is measured by its usual size there.
    """
    n_pairs = int((leak.n_frames - offset) / (2 * SLOT * stretch))
    n_slots = max(0, n_pairs) * 2
    edges = slot_edges(n_slots, offset, stretch)
    wide = np.zeros((2, N_BANDS + 2))
    if n_slots:
        energies = leak.energies(edges, pitch)
        decibels = 10 * np.log10(energies + 1e-4 * energies.mean() + 1e-9)
        wide = np.pad(decibels, ((1, 1), (1, 1)), mode="edge")
    bands_beside = wide[:, :-2] + wide[:, 2:]
    across = wide[:, 1:-1] - 0.35 * bands_beside
    slots_beside = across[:-2] + across[2:]
    surprise = across[1:-1] - 0.5 * slots_beside
    usual = np.sqrt(ndimage.gaussian_filter(np.square(surprise), _AROUND)) + 0.5
    weighted = np.clip(surprise / usual, -3, 3) / usual
    return np.asarray(weighted[0::2] - weighted[1::2])


def _slide(
    values: Values,
    spectra: npt.NDArray[np.complex64],
    size: int,
) -> Values:
    """Return the highest score of each candidate over all places in `values`.

    `spectra`: conjugate spectra, over `size` pairs, of the candidates' chips.
    """
    n = len(values)
    ours = fft.rfft(values.astype(np.float32), size, axis=0)
    products = np.einsum("fb,nfb->nf", ours, spectra)
    sums = fft.irfft(products, size, axis=1)
    power_of_pairs = np.square(values).sum(axis=1)
    powers = np.concatenate([[0.0], power_of_pairs.cumsum()])
    lags = np.arange(1 - MAX_PAIRS, n)
    first = np.clip(lags, 0, n)
    last = np.clip(lags + MAX_PAIRS, 0, n)
    norms = np.sqrt(powers[last] - powers[first])
    is_long = last - first >= _LEAST_PAIRS
    is_loud = norms > 1e-3 * np.sqrt(powers[-1]) + 1e-9
    usable = is_long & is_loud
    if not usable.any():
        return np.zeros(len(spectra))
    all_scores = sums[:, lags[usable]] / norms[usable]
    return np.asarray(all_scores.max(axis=1))
