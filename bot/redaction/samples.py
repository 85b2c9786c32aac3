"""What sound is inside this package: float32, one channel, 16 kHz, in [-1, 1]."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000


def stretches(marked: npt.NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Where `marked` is true, as half-open intervals; two with less than `gap` between are one."""
    at = np.flatnonzero(marked)
    if len(at) == 0:
        return []
    breaks = np.flatnonzero(np.diff(at) > gap)
    starts, ends = at[[0, *(breaks + 1)]], at[[*breaks, -1]] + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
