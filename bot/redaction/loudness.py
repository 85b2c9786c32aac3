"""One loudness for all snippets, and never a sample that clips in the listener's converter."""

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from bot.redaction.samples import Samples

TARGET_LUFS = -23.0  # EBU R128
MAX_TRUE_PEAK = 10 ** (-1 / 20)  # -1 dBTP, EBU R128
_MAX_GAIN = 10 ** (30 / 20)  # a silent clip must not become loud noise
_BLOCK_MS, _HOP_MS = 400, 100
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_OVERSAMPLING = 4
_MOST_OVERSHOOT = 2.25  # the sum of the oversampling filter's absolute values is 2.241


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Integrated loudness after ITU-R BS.1770-4, -inf for silence.

    `samples`: float32 mono, shape (frames,). What is shorter than one block of 400 ms is one block.
    """
    if len(samples) == 0:
        return -np.inf
    weighted = signal.sosfilt(_k_weighting(rate_hz), samples.astype(np.float64))
    block, hop = _BLOCK_MS * rate_hz // 1000, _HOP_MS * rate_hz // 1000
    if len(weighted) <= block:
        return _lufs(np.square(weighted).mean())
    blocks = np.lib.stride_tricks.sliding_window_view(weighted, block)[::hop]
    powers = np.square(blocks).mean(axis=1)
    powers = powers[powers > _power(_ABSOLUTE_GATE_LUFS)]
    if len(powers) == 0:
        return -np.inf
    gate = powers.mean() * 10 ** (_RELATIVE_GATE_LU / 10)
    return _lufs(powers[powers > gate].mean())


def true_peak(samples: Samples) -> float:
    """The highest absolute value between the samples too, by four-fold oversampling (BS.1770)."""
    if len(samples) == 0:
        return 0.0
    return float(np.abs(signal.resample_poly(samples, _OVERSAMPLING, 1)).max())


def gain_to_target(samples: Samples, rate_hz: int) -> float:
    """The factor that brings `samples` to -23 LUFS, at most 30 dB; 1 for silence."""
    measured = loudness_lufs(samples, rate_hz)
    if not np.isfinite(measured):
        return 1.0
    return float(min(10 ** ((TARGET_LUFS - measured) / 20), _MAX_GAIN))


def limit(samples: Samples, rate_hz: int) -> Samples:
    """The same sound, turned down for some milliseconds around peaks above -1 dBTP."""
    if np.abs(samples).max(initial=0) * _MOST_OVERSHOOT <= MAX_TRUE_PEAK:
        return samples
    fine = np.abs(signal.resample_poly(samples, _OVERSAMPLING, 1))
    if fine.max() <= MAX_TRUE_PEAK:
        return samples
    # By strides: thirty times as fast as the maximum over rows of four.
    peaks = np.maximum.reduce([fine[i::_OVERSAMPLING] for i in range(_OVERSAMPLING)])
    wanted = np.minimum(1.0, MAX_TRUE_PEAK / np.maximum(peaks, 1e-9))
    reach = 5 * rate_hz // 1000
    held = ndimage.minimum_filter1d(wanted, 2 * reach + 1, mode="nearest")
    window = signal.windows.hann(2 * reach + 1)
    gain = np.convolve(np.pad(held, reach, mode="edge"), window / window.sum(), mode="valid")
    limited = samples * np.minimum(gain, 1)
    over = true_peak(limited.astype(np.float32)) / MAX_TRUE_PEAK
    return (limited / max(over, 1.0)).astype(np.float32)


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power)) if power > 0 else -np.inf


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _k_weighting(rate_hz: int) -> npt.NDArray[np.float64]:
    """BS.1770's two filters for any rate (the analog prototypes of De Man 2014)."""
    shelf_hz, shelf_db, shelf_q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = np.tan(np.pi * shelf_hz / rate_hz)
    high = 10 ** (shelf_db / 20)
    mid = high**0.4996667741545416
    a0 = 1 + k / shelf_q + k * k
    shelf = [
        (high + mid * k / shelf_q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - mid * k / shelf_q + k * k) / a0,
        1,
        2 * (k * k - 1) / a0,
        (1 - k / shelf_q + k * k) / a0,
    ]
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    k = np.tan(np.pi * pass_hz / rate_hz)
    a0 = 1 + k / pass_q + k * k
    high_pass = [1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / pass_q + k * k) / a0]
    return np.array([shelf, high_pass])
