"""Describe sound by the energy in a few bands, a hundred times a second."""

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from bot.redaction.audio.signal import RATE_HZ, Samples

Floats = npt.NDArray[np.float32]

FRAME_MS = 10
_HOP = RATE_HZ * FRAME_MS // 1000
_WINDOW_FRAMES = 400
_FFT_SIZE = 512
N_BANDS = 20
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 6_000.0
# Each frame is described with frames before and after it, as far as a syllable reaches.
REACHES = (-9, -6, -4, -2, -1, 0, 1, 2, 4, 6, 9)
N_FEATURES = N_BANDS * len(REACHES)
_FLOOR = np.float32(1e-8)


def features(samples: Samples) -> Floats:
    """Return the features of each frame, shape (n_frames, N_FEATURES).

    `samples`: at 16 kHz, shape (frames,). Frame i is centred on i times 10 ms and 5 ms.
    """
    bands = _bands(samples)
    n_frames = len(bands)
    if n_frames == 0:
        return np.zeros((0, N_FEATURES), dtype=np.float32)
    level = bands.mean(axis=0)
    spread = max(float(bands.std()), 0.1)
    even = (bands - level) / np.float32(spread)
    reach = max(REACHES)
    padded = np.pad(even, ((reach, reach), (0, 0)), mode="edge")
    near = [padded[reach + at : reach + at + n_frames] for at in REACHES]
    return np.concatenate(near, axis=1)


def _bands(samples: Samples) -> Floats:
    """Return the logarithm of the power in each band, shape (n_frames, N_BANDS)."""
    n_frames = len(samples) // _HOP
    around = (_WINDOW_FRAMES - _HOP) // 2
    padded = np.pad(samples, (around, around + _HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_FRAMES)
    frames = windows[::_HOP][:n_frames] * _shape()
    spectrum = fft.rfft(frames, _FFT_SIZE, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    floor = max(float(power.mean()) * 1e-6, float(_FLOOR))
    return np.asarray(np.log(power @ _filters() + np.float32(floor)))


@cache
def _shape() -> Floats:
    turn = 2 * np.pi * (np.arange(_WINDOW_FRAMES) + 0.5) / _WINDOW_FRAMES
    return (0.5 - 0.5 * np.cos(turn)).astype(np.float32)


@cache
def _filters() -> Floats:
    """Return triangles of equal width on the mel scale, shape (bins, N_BANDS)."""
    lowest, highest = np.log1p(_LOWEST_HZ / 700), np.log1p(_HIGHEST_HZ / 700)
    mel = np.log1p(np.arange(_FFT_SIZE // 2 + 1) * RATE_HZ / _FFT_SIZE / 700)
    centres = np.linspace(lowest, highest, N_BANDS + 2)
    step = centres[1] - centres[0]
    distance = np.abs(mel[:, None] - centres[None, 1:-1]) / step
    triangles = np.maximum(0, 1 - distance)
    return np.asarray(triangles / triangles.sum(axis=0), dtype=np.float32)
