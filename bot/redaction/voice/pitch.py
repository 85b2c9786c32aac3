"""Fundamental frequency by autocorrelation, after Boersma 1993 (as Praat does)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from bot.redaction.audio.signal import RATE_HZ

Floats = npt.NDArray[np.float32]

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
# Harmonics up to 2 kHz show the period.
_RATE_HZ = 4_000
_FRAME_S = 0.05
_N_CANDIDATES = 4
_VOICING_THRESHOLD = 0.45
_SILENCE_THRESHOLD = 0.03
_OCTAVE_COST = 0.02
_OCTAVE_JUMP_COST = 0.5
_VOICING_CHANGE_COST = 0.2

_DOWN = RATE_HZ // _RATE_HZ
_LOW_PASS = signal.firwin(7 * _DOWN, 0.8 / _DOWN).reshape(7, _DOWN).T.astype(np.float32)
_SIZE = int(_FRAME_S * _RATE_HZ)
_WINDOW = signal.windows.hann(_SIZE).astype(np.float32)
_LAGS = np.arange(int(_RATE_HZ / HIGHEST_HZ), int(_RATE_HZ / LOWEST_HZ) + 2)
_FFT_SIZE = 2 * fft.next_fast_len(
    int(_SIZE + _LAGS[-1]) // 2 + 2,
    real=True,
    # With this size no lag wraps around.
)
_COST_OF_LAG = (_OCTAVE_COST * np.log2(_LAGS / _LAGS[0])).astype(np.float32)
_OF_WINDOW = signal.correlate(_WINDOW, _WINDOW)[_SIZE - 1 :][: _LAGS[-1] + 2]
_OF_WINDOW *= _FFT_SIZE / _OF_WINDOW[0]


@dataclass(frozen=True)
class Pitch:
    """The pitch of each frame.

    `f0_hz`: shape (n_frames,), 0 where unvoiced. `periodicity`: shape (n_frames,), in
    [0, 1].
    """

    f0_hz: Floats
    periodicity: Floats


def track(samples: Floats, hop: int) -> Pitch:
    """Return the pitch every `hop` samples, the first at sample 0: 1 + frames // hop.

    `samples`: at 16 kHz, shape (frames,). `hop` is a multiple of 4.
    """
    n_frames = 1 + len(samples) // hop
    lags, strengths, best = _candidates(_frames(samples, hop, n_frames))
    path = _best_path(lags, strengths)
    picked = lags[np.arange(n_frames), path]
    f0_hz = np.where(picked > 0, _RATE_HZ / np.maximum(picked, 1), 0)
    periodicity = np.clip(best, 0, 1)
    return Pitch(f0_hz.astype(np.float32), periodicity.astype(np.float32))


def _frames(
    samples: Floats,
    hop: int,
    n_frames: int,
) -> Floats:
    padded = np.pad(_decimated(samples), (_SIZE // 2, _SIZE))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)
    frames = windows[:: hop // _DOWN][:n_frames]
    means = frames.mean(axis=1, keepdims=True)
    return np.asarray(frames - means, dtype=np.float32)


def _decimated(samples: Floats) -> Floats:
    """Return the samples at 4 kHz.

    One product gives the shares of four samples at a time in seven results.
    """
    n_shifts = _LOW_PASS.shape[1]
    before = n_shifts // 2 * _DOWN
    after = before + -len(samples) % _DOWN
    padded = np.pad(samples, (before, after))
    shares = padded.reshape(-1, _DOWN) @ _LOW_PASS
    n_slow = len(shares) - n_shifts + 1
    return np.asarray(sum(shares[i : i + n_slow, i] for i in range(n_shifts)))


def _candidates(frames: Floats) -> tuple[Floats, Floats, Floats]:
    """Return lags, strengths, and each frame's highest normalised autocorrelation.

    Lags are in samples at 4 kHz, 0 for unvoiced. Lags and strengths have the shape
    (n_frames, 1 + candidates).
    """
    spectrum = fft.rfft(frames * _WINDOW, _FFT_SIZE, axis=1, overwrite_x=True)
    power = spectrum.real**2 + spectrum.imag**2
    correlation = fft.dct(
        power,
        type=1,
        axis=1,
        overwrite_x=True,
    )
    energy = np.maximum(correlation[:, :1] / np.float32(_FFT_SIZE), np.float32(1e-12))
    normal = correlation[:, : _LAGS[-1] + 2] / (energy * _OF_WINDOW)
    inner = normal[:, _LAGS[0] : _LAGS[-1] + 1]
    earlier = normal[:, _LAGS[0] - 1 : _LAGS[-1]]
    later = normal[:, _LAGS[0] + 1 :]
    is_peak = (inner > earlier) & (inner >= later)
    scored = np.where(is_peak, inner - _COST_OF_LAG, np.float32(-1))
    ordered = np.argpartition(scored, -_N_CANDIDATES, axis=1)
    top = ordered[:, -_N_CANDIDATES:]
    loudness = np.sqrt(energy / max(float(energy.max()), 1e-18))
    unvoiced = _VOICING_THRESHOLD + np.maximum(0, 1 - loudness / _SILENCE_THRESHOLD)
    lags = np.zeros((len(frames), 1 + _N_CANDIDATES), dtype=np.float32)
    lags[:, 1:] = _refine(normal, top + _LAGS[0])
    top_scores = np.take_along_axis(scored, top, axis=1)
    strengths = np.concatenate([unvoiced, top_scores], axis=1)
    return lags, strengths.astype(np.float32), inner.max(axis=1)


def _refine(values: Floats, lags: npt.NDArray[np.intp]) -> Floats:
    """Return the vertex of the parabola through each peak and its two neighbours."""
    left = np.take_along_axis(values, lags - 1, axis=1)
    middle = np.take_along_axis(values, lags, axis=1)
    right = np.take_along_axis(values, lags + 1, axis=1)
    bend = left - 2 * middle + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.minimum(bend, -1e-9), 0)
    return np.asarray(lags + np.clip(shift, -0.5, 0.5), dtype=np.float32)


def _best_path(lags: Floats, strengths: Floats) -> npt.NDArray[np.intp]:
    """Return the best candidate of each frame by the Viterbi algorithm.

    Strong candidates, few octave jumps and few changes of voicing are preferred.
    """
    n_frames = len(lags)
    octaves = np.log2(np.maximum(lags, 1))
    voiced = lags > 0
    before = np.s_[:-1, None, :]
    after = np.s_[1:, :, None]
    both_voiced = voiced[before] & voiced[after]
    jumps = np.abs(octaves[before] - octaves[after]) * both_voiced
    changes = voiced[before] != voiced[after]
    costs = jumps * _OCTAVE_JUMP_COST + changes * _VOICING_CHANGE_COST
    steps = costs - strengths[after]
    cost = -strengths[0]
    for step in (
        steps
        # Each step becomes the cost of the best way there. The loop is this small for
        # speed.
    ):
        step += cost
        cost = np.minimum.reduce(step, axis=1)
    came_from = steps.argmin(axis=2).tolist()
    path = np.empty(n_frames, dtype=np.intp)
    path[-1] = cost.argmin()
    for i in range(n_frames - 1, 0, -1):
        path[i - 1] = came_from[i - 1][path[i]]
    return path
