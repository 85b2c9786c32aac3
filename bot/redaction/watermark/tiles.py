"""The energy of rectangles of time and frequency, by an integral image of the spectrum."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.watermark.mark import BAND_HZ, LOW_HZ, N_BANDS, SLOT

Values = npt.NDArray[np.float64]

# A step is the frames of sound between two spectra.
STEP = 128
_WINDOW = 512
# The bins reach up to 3.9 kHz: the bands, played up to 10 % faster.
_BINS = 124
BAND_EDGES_HZ = LOW_HZ + BAND_HZ * np.arange(N_BANDS + 1)


@dataclass(frozen=True)
class Image:
    """An integral image of the spectrum.

    `samples` is the sound itself, float32 at 16 kHz. `sums[i, j]` is the energy before
    `(i - 0.5) * STEP` frames of sound and below bin `j - 0.5`.
    """

    sums: Values
    samples: Samples

    @property
    def n_frames(self) -> int:
        return len(self.samples)

    def energies(self, time_edges: Values, factor: float = 1.0) -> Values:
        """Return energies of shape (..., len(time_edges) - 1, N_BANDS).

        Edges are in frames of sound; outside of the sound the energy is zero. Every
        frequency lies `factor` times as high as in the original.
        """
        rows = self.along_time(time_edges)
        edges = BAND_EDGES_HZ * factor * _WINDOW / RATE_HZ + 0.5
        columns = _interpolate(rows.T, edges)
        in_slots = np.diff(columns.T, axis=0)
        in_tiles = np.diff(in_slots, axis=1)
        return np.asarray(np.maximum(in_tiles, 0.0))

    def along_time(self, time_edges: Values) -> Values:
        return _interpolate(self.sums, time_edges / STEP + 0.5)


def image_of(samples: Samples) -> Image:
    """Return the image of the samples.

    `samples`: float32, shape (frames,), at 16 kHz.
    """
    n_spectra = len(samples) // STEP + 1
    padded = np.zeros(n_spectra * STEP + _WINDOW, dtype=np.float32)
    padded[_WINDOW // 2 : _WINDOW // 2 + len(samples)] = samples
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)
    pieces = windows[::STEP][:n_spectra]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    spectra = np.fft.rfft(pieces * window)[:, :_BINS]
    powers = np.square(np.abs(spectra).astype(np.float64))
    sums = np.zeros((n_spectra + 1, _BINS + 1))
    sums[1:, 1:] = powers.cumsum(axis=0).cumsum(axis=1)
    return Image(sums, samples)


def slot_edges(
    n_slots: int,
    offset: float = 0.0,
    factor: float = 1.0,
) -> Values:
    """Return the edges of slots in frames of sound, with slot 0 put at `offset`."""
    edges = np.arange(n_slots + 1) * SLOT - 128.0
    return np.asarray(offset + factor * edges)


def _interpolate(sums: Values, positions: Values) -> Values:
    positions = np.clip(positions, 0, len(sums) - 1)
    below = np.minimum(positions.astype(int), len(sums) - 2)
    part = (positions - below)[:, None]
    lower = sums[below] * (1 - part)
    upper = sums[below + 1] * part
    return np.asarray(lower + upper)
