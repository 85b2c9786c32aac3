"""Sound inside this package: float32, one channel, 16 kHz, in [-1, 1]."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000


def stretches(marked: npt.NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Return where `marked` is true, as half-open intervals.

    Two intervals with less than `gap` between them are one.
    """
    edges = np.flatnonzero(np.diff(marked, prepend=False, append=False))
    if len(edges) == 0:
        return []
    starts, ends = edges[::2], edges[1::2]
    apart = starts[1:] - ends[:-1] >= gap
    starts, ends = starts[np.append(True, apart)], ends[np.append(apart, True)]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
