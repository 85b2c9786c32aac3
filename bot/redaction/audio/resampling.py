"""Resample sound to another rate."""

from functools import lru_cache
from math import gcd

import numpy as np
from scipy import signal

from bot.redaction.audio.signal import Samples


def resample(
    samples: Samples,
    up: int,
    down: int,
) -> Samples:
    """Return samples at `up / down` times their rate; shape (-(-frames * up // down),)."""
    shared = gcd(up, down)
    if up == down or len(samples) == 0:
        return samples
    up, down = up // shared, down // shared
    made: Samples = signal.resample_poly(
        samples, up, down, window=_low_pass(max(up, down))
    )
    return made


@lru_cache(maxsize=32)
def _low_pass(ratio: int) -> Samples:
    """Return the filter of `resample_poly`, whose design takes longer than its use."""
    filtered = signal.firwin(20 * ratio + 1, 1 / ratio, window=("kaiser", 5.0))
    return np.asarray(filtered, dtype=np.float32)
