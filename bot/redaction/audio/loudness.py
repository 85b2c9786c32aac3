"""One loudness for all snippets, without peaks that clip in a listener's converter."""

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from bot.redaction.audio.resampling import resample
from bot.redaction.audio.signal import Samples, stretches

TARGET_LUFS = -23.0  # EBU R128
MAX_TRUE_PEAK = 10 ** (-1 / 20)  # -1 dBTP, EBU R128
# A silent clip must not become loud noise.
_MAX_GAIN = 10 ** (30 / 20)
# A block lasts 400 ms.
_HOP_MS, _HOPS = 100, 4
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_OVERSAMPLING = 4
# An oversampled value depends on this many samples on either side.
_FILTER_REACH = 11
# The sum of the oversampling filter's absolute values is 2.241.
_MOST_OVERSHOOT = 2.25


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Return the integrated loudness after ITU-R BS.1770-4, -inf for silence.

    `samples`: float32 mono, shape (frames,). Sound shorter than one block of 400 ms is
    one block.
    """
    if len(samples) == 0:
        return -np.inf
    weighted = signal.sosfilt(_k_weighting(rate_hz), samples.astype(np.float64))
    hop = _HOP_MS * rate_hz // 1000
    if len(weighted) <= _HOPS * hop:
        return _lufs(np.square(weighted).mean())
    of_hops = (
        np.square(weighted[: len(weighted) // hop * hop]).reshape(-1, hop).mean(axis=1)
    )
    powers = np.convolve(of_hops, np.ones(_HOPS) / _HOPS, mode="valid")
    powers = powers[powers > _power(_ABSOLUTE_GATE_LUFS)]
    if len(powers) == 0:
        return -np.inf
    gate = powers.mean() * 10 ** (_RELATIVE_GATE_LU / 10)
    return _lufs(powers[powers > gate].mean())


def gain_to_target(samples: Samples, rate_hz: int) -> float:
    """Return the factor that brings `samples` to -23 LUFS, at most 30 dB; 1 for silence."""
    measured = loudness_lufs(samples, rate_hz)
    if not np.isfinite(measured):
        return 1.0
    return float(min(10 ** ((TARGET_LUFS - measured) / 20), _MAX_GAIN))


def limit(samples: Samples, rate_hz: int) -> Samples:
    """Return the sound turned down for some milliseconds around peaks above -1 dBTP."""
    reach = 5 * rate_hz // 1000
    peaks = _peaks(samples)
    limited = samples.astype(np.float32)
    loud = stretches(peaks > MAX_TRUE_PEAK, 4 * reach)
    if not loud:
        return limited
    for start, end in loud:
        part = slice(max(0, start - 2 * reach), end + 2 * reach)
        limited[part] *= _gain(peaks[part], reach)
    over = float(_peaks(limited).max(initial=0)) / MAX_TRUE_PEAK
    return limited / np.float32(max(over, 1.0))


def _peaks(samples: Samples) -> Samples:
    """Return the true peak between each sample and the next where it is above -1 dBTP.

    Elsewhere the value is lower. Only the surroundings of loud samples are oversampled:
    anywhere else the filter cannot reach the limit.
    """
    peaks = np.abs(samples)
    for start, end in stretches(peaks > MAX_TRUE_PEAK / _MOST_OVERSHOOT, 1_000):
        first, last = max(0, start - _FILTER_REACH), end + _FILTER_REACH
        before = min(first, _FILTER_REACH)
        piece = samples[first - before : last + _FILTER_REACH]
        fine = np.abs(resample(piece, _OVERSAMPLING, 1))
        # Strides are thirty times as fast as the maximum over rows of four.
        highest = np.maximum.reduce(
            [fine[i::_OVERSAMPLING] for i in range(_OVERSAMPLING)]
        )
        peaks[first:last] = highest[before : before + last - first]
    return peaks


def _gain(peaks: Samples, reach: int) -> Samples:
    wanted = np.minimum(1.0, MAX_TRUE_PEAK / np.maximum(peaks, 1e-9))
    held = ndimage.minimum_filter1d(wanted, 2 * reach + 1, mode="nearest")
    window = signal.windows.hann(2 * reach + 1)
    gain = np.convolve(
        np.pad(held, reach, mode="edge"), window / window.sum(), mode="valid"
    )
    return np.minimum(gain, 1).astype(np.float32)


def _lufs(power: float) -> float:
    if power <= 0:
        return -np.inf
    return float(-0.691 + 10 * np.log10(power))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _k_weighting(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return BS.1770's two filters for any rate (analog prototypes of De Man 2014)."""
    shelf_hz, shelf_db, shelf_q = (
        1681.974450955533,
        3.999843853973347,
        0.7071752369554196,
    )
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
