"""The search for a mark without the snippet: every place and speed is tried, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage

from bot.redaction.watermark.align import stretches
from bot.redaction.watermark.detect import AROUND
from bot.redaction.watermark.mark import MAX_PAIRS, N_BANDS, SLOT, Chips
from bot.redaction.watermark.played import SPEEDS
from bot.redaction.watermark.score import Score
from bot.redaction.watermark.tiles import Image, Values, slot_edges

_STEP = 0.005
_REACH = 0.04
_PHASES = 8
_BATCH = 128
_FIELDS_AT_ONCE = 16
_LEAST_PAIRS = 12

Spectra = npt.NDArray[np.complex64]


@dataclass(frozen=True)
class Fields:
    """A leak's values at every place and speed, computed once for all candidates.

    `spectra`: (frequencies, fields, N_BANDS) over `size` pairs. `lags` has the places
    of each field that hold enough sound, and `norms` the norms of the values there.
    """

    spectra: Spectra
    size: int
    lags: tuple[npt.NDArray[np.intp], ...]
    norms: tuple[Values, ...]
    n_places: int


def fields_of(leak: Image) -> Fields:
    """Return the fields of a leak."""
    values = []
    for stretch, pitch in _speeds():
        for phase in range(_PHASES):
            offset = 2 * SLOT * stretch * phase / _PHASES
            values.append(pair_values(leak, offset, stretch, pitch))
    longest = max(len(field) for field in values)
    size = fft.next_fast_len(longest + MAX_PAIRS, real=True)
    spectra = [fft.rfft(field.astype(np.float32), size, axis=0) for field in values]
    places = [_usable_places(field) for field in values]
    return Fields(
        spectra=np.stack(spectra, axis=1),
        size=size,
        lags=tuple(lags for lags, _ in places),
        norms=tuple(norms for _, norms in places),
        n_places=sum(len(field) + MAX_PAIRS - 1 for field in values),
    )


def score_blind(fields: Fields, candidates: Sequence[Chips]) -> list[Score]:
    """Return each candidate's highest score over all places and speeds."""
    found: list[Score] = []
    for start in range(0, len(candidates), _BATCH):
        batch = np.asarray(candidates[start : start + _BATCH], dtype=np.float32)
        chips = np.conj(fft.rfft(batch, fields.size, axis=1))
        best = _best_scores(fields, chips.transpose(1, 2, 0))
        found += [Score(float(z), fields.n_places) for z in best]
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
    usual = np.sqrt(ndimage.gaussian_filter(np.square(surprise), AROUND)) + 0.5
    weighted = np.clip(surprise / usual, -3, 3) / usual
    return np.asarray(weighted[0::2] - weighted[1::2])


def _speeds() -> list[tuple[float, float]]:
    """Return pairs (stretch, pitch): around the usual speed, and the player's own."""
    speeds = stretches(_STEP, _REACH)
    for speed in SPEEDS:
        for drift in (1 - _STEP, 1.0, 1 + _STEP):
            speeds.append((drift / speed, 1.0))
    return speeds


def _usable_places(values: Values) -> tuple[npt.NDArray[np.intp], Values]:
    """Return the places in a field that hold enough sound, with the norms there."""
    n = len(values)
    power_of_pairs = np.square(values).sum(axis=1)
    powers = np.concatenate([[0.0], power_of_pairs.cumsum()])
    lags = np.arange(1 - MAX_PAIRS, n)
    first = np.clip(lags, 0, n)
    last = np.clip(lags + MAX_PAIRS, 0, n)
    norms = np.sqrt(powers[last] - powers[first])
    is_long = last - first >= _LEAST_PAIRS
    is_loud = norms > 1e-3 * np.sqrt(powers[-1]) + 1e-9
    usable = is_long & is_loud
    return lags[usable], norms[usable]


def _best_scores(fields: Fields, chips: Spectra) -> Values:
    """Return the highest score of each candidate over all fields.

    `chips`: conjugate spectra of the candidates' chips, (frequencies, N_BANDS, n).
    """
    best = np.zeros(chips.shape[2])
    for start in range(0, len(fields.lags), _FIELDS_AT_ONCE):
        some = slice(start, start + _FIELDS_AT_ONCE)
        products = np.matmul(fields.spectra[:, some], chips)
        sums = fft.irfft(products, fields.size, axis=0)
        places = zip(fields.lags[some], fields.norms[some], strict=True)
        for number, (lags, norms) in enumerate(places):
            if len(lags):
                scores = sums[lags, number] / norms[:, None]
                best = np.maximum(best, scores.max(axis=0))
    return best
