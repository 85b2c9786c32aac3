"""Another rate, the same sound."""

import numpy as np
import pytest
from scipy import signal

from bot.redaction.audio.resampling import resample
from tests.redaction.sounds import buzz, hiss


@pytest.mark.parametrize(
    ("up", "down"), [(1, 2), (2, 1), (320, 441), (16_000, 48_000), (4, 1)]
)
def test_it_sounds_as_when_the_filter_is_designed_anew(up: int, down: int) -> None:
    sound = hiss(0.3, 0.2)
    made = resample(sound, up, down)
    assert made.dtype == np.float32
    assert len(made) == -(-len(sound) * up // down)
    assert np.allclose(made, signal.resample_poly(sound, up, down), atol=1e-6)


def test_at_the_same_rate_and_of_nothing_nothing_changes() -> None:
    sound = buzz(0.1)
    assert np.array_equal(resample(sound, 16_000, 16_000), sound)
    assert len(resample(sound[:0], 1, 3)) == 0
