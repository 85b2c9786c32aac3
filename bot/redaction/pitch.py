"""Fundamental frequency by autocorrelation, after Boersma 1993 (the method behind Praat)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

Floats = npt.NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
_RATE_HZ = 4_000  # harmonics up to 2 kHz say all about the period
_FRAME_S = 0.05
_N_CANDIDATES = 4
_VOICING_THRESHOLD = 0.45
_SILENCE_THRESHOLD = 0.03
_OCTAVE_COST = 0.02
_OCTAVE_JUMP_COST = 0.5
_VOICING_CHANGE_COST = 0.2


@dataclass(frozen=True)
class Pitch:
    """`f0_hz`: shape (n_frames,), 0 where unvoiced; `periodicity`: shape (n_frames,), in [0, 1]."""

    f0_hz: Floats
    periodicity: Floats


def track(samples: Floats, rate_hz: int, hop: int) -> Pitch:
    """One value every `hop` samples, the first at sample 0: 1 + len(samples) // hop of them."""
    n_frames = 1 + len(samples) // hop
    frames = _frames(samples, rate_hz, hop, n_frames)
    lags, strengths, best = _candidates(frames)
    path = _best_path(lags, strengths)
    picked = lags[np.arange(n_frames), path]
    f0_hz = np.where(picked > 0, _RATE_HZ / np.maximum(picked, 1), 0)
    return Pitch(f0_hz.astype(np.float32), np.clip(best, 0, 1).astype(np.float32))


def _frames(samples: Floats, rate_hz: int, hop: int, n_frames: int) -> Floats:
    slow = signal.resample_poly(samples, _RATE_HZ, rate_hz).astype(np.float32)
    size = int(_FRAME_S * _RATE_HZ)
    padded = np.pad(slow, (size // 2, size))
    starts = (np.arange(n_frames) * hop * _RATE_HZ // rate_hz).clip(max=len(padded) - size)
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[starts]
    return np.asarray(frames - frames.mean(axis=1, keepdims=True), dtype=np.float32)


def _candidates(frames: Floats) -> tuple[Floats, Floats, Floats]:
    """Lags (in samples at 4 kHz, 0 = unvoiced) and strengths, shape (n_frames, 1 + candidates),
    and each frame's highest normalised autocorrelation."""
    window = signal.windows.hann(frames.shape[1]).astype(np.float32)
    size = fft.next_fast_len(2 * frames.shape[1], real=True)
    spectrum = fft.rfft(frames * window, size, axis=1)
    correlation = fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=1)
    of_window = fft.irfft(np.abs(fft.rfft(window, size)) ** 2, size)
    low, high = int(_RATE_HZ / HIGHEST_HZ), int(_RATE_HZ / LOWEST_HZ) + 1
    energy = np.maximum(correlation[:, :1], 1e-12)
    normal = correlation[:, : high + 2] / energy / (of_window[: high + 2] / of_window[0])
    inner = normal[:, low : high + 1]
    is_peak = (inner > normal[:, low - 1 : high]) & (inner >= normal[:, low + 1 : high + 2])
    scored = np.where(is_peak, inner - _OCTAVE_COST * np.log2(np.arange(low, high + 1) / low), -1)
    top = np.argpartition(-scored, _N_CANDIDATES, axis=1)[:, :_N_CANDIDATES]
    strengths = np.take_along_axis(scored, top, axis=1)
    lags = _refine(normal, top + low)
    loudness = np.sqrt(energy[:, 0]) / max(float(np.sqrt(energy).max()), 1e-9)
    unvoiced = _VOICING_THRESHOLD + np.maximum(0, 1 - loudness / _SILENCE_THRESHOLD)
    lags = np.concatenate([np.zeros((len(lags), 1)), lags], axis=1)
    strengths = np.concatenate([unvoiced[:, None], strengths], axis=1)
    highest = np.asarray(inner.max(axis=1), dtype=np.float32)
    return lags.astype(np.float32), strengths.astype(np.float32), highest


def _refine(values: Floats, lags: npt.NDArray[np.intp]) -> Floats:
    """The vertex of the parabola through each peak and its two neighbours."""
    left = np.take_along_axis(values, lags - 1, axis=1)
    middle = np.take_along_axis(values, lags, axis=1)
    right = np.take_along_axis(values, lags + 1, axis=1)
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.minimum(bend, -1e-9), 0)
    return np.asarray(lags + np.clip(shift, -0.5, 0.5), dtype=np.float32)


def _best_path(lags: Floats, strengths: Floats) -> npt.NDArray[np.intp]:
    """Viterbi: strong candidates, few octave jumps, few changes of voicing."""
    n_frames, n_states = lags.shape
    octaves = np.log2(np.maximum(lags, 1))
    voiced = lags > 0
    before, after = np.s_[:-1, :, None], np.s_[1:, None, :]
    jumps = np.abs(octaves[before] - octaves[after]) * (voiced[before] & voiced[after])
    changes = voiced[before] != voiced[after]
    steps = jumps * _OCTAVE_JUMP_COST + changes * _VOICING_CHANGE_COST
    cost = -strengths[0].astype(np.float64)
    came_from = np.zeros((n_frames, n_states), dtype=np.intp)
    for i in range(1, n_frames):
        total = cost[:, None] + steps[i - 1]
        came_from[i] = total.argmin(axis=0)
        cost = total.min(axis=0) - strengths[i]
    path = np.empty(n_frames, dtype=np.intp)
    path[-1] = cost.argmin()
    for i in range(n_frames - 1, 0, -1):
        path[i - 1] = came_from[i, path[i]]
    return path
