"""Fold several channels of any values into one of sane values, for every decoder."""

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.signal import Samples

# A sample this far above all but a hundredth of the others is damage, not sound.
_WILD = 10.0
_COMMON_SHARE = 0.99
# Two channels this much alike, turned over, are one with a swapped wire.
_INVERTED = -0.5


def to_mono(channels: Samples) -> Samples:
    """Return the mean of the channels in [-1, 1]; shape (frames, channels) to (frames,).

    A channel that is another one turned over is turned back first.
    """
    limited = limit_peaks(channels)
    n_frames, n_channels = limited.shape
    if n_channels == 1 or n_frames == 0:
        return np.ascontiguousarray(limited.mean(axis=1, dtype=np.float32))
    mono: Samples = limited @ (_signs(limited) / np.float32(n_channels))
    return mono


def limit_peaks(channels: Samples) -> Samples:
    """Return finite values in [-1, 1], scaled down together where they are larger.

    Floating-point files may hold NaN, infinities and values beyond 1. Wild samples do
    not count for the scale: they are cut off at the largest of the others.
    """
    # NaN and infinities are neither at most 1 nor at least -1.
    if channels.max(initial=0.0) <= 1 and channels.min(initial=0.0) >= -1:
        return channels
    finite = np.nan_to_num(
        channels,
        nan=0.0,
        posinf=1.0,
        neginf=-1.0,
    )
    channels = np.asarray(finite, dtype=np.float32)
    sizes = np.abs(channels)
    peak = _largest_tame(sizes, float(sizes.max()))
    scale = np.float32(max(peak, 1.0))
    return np.clip(channels, -peak, peak) / scale


def _largest_tame(sizes: Samples, peak: float) -> float:
    """Return the largest absolute value that is not wild; at least 0."""
    flat = sizes.ravel()
    place = int(_COMMON_SHARE * (len(flat) - 1))
    common = float(np.partition(flat, place)[place])
    # A float32 value cannot be compared with a limit beyond its range.
    limit = min(max(_WILD * common, 1.0), float(np.finfo(np.float32).max))
    tame = flat[flat <= limit]
    return min(peak, float(tame.max(initial=0.0)))


def _signs(channels: Samples) -> npt.NDArray[np.float32]:
    """Return -1 for each channel that is the strongest one turned over, else 1."""
    products = (channels.T @ channels).astype(np.float64)
    powers = products.diagonal()
    strongest = int(powers.argmax())
    scales = np.sqrt(powers * powers[strongest]) + 1e-12
    products = products[strongest]
    signs = np.where(products / scales < _INVERTED, -1.0, 1.0)
    return signs.astype(np.float32)
