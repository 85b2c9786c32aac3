"""What sound is inside this package: float32, one channel, 16 kHz, in [-1, 1]."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000
