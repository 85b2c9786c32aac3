"""The listener's aids help, and undo nothing."""

import numpy as np
import pytest

from bot.redaction.aids import clarify, quieter, slow
from bot.redaction.audio.loudness import MAX_TRUE_PEAK
from bot.redaction.masking.mask import silence_outside
from bot.redaction.voice import pitch
from tests.redaction.sounds import RATE_HZ, buzz, hiss, true_peak


def in_noise() -> np.ndarray:
    return buzz(3) + hiss(3, 0.02)


def test_clarity_takes_noise_out_of_the_pauses() -> None:
    gated = silence_outside(buzz(3), RATE_HZ, [(0, 1000), (2000, 3000)])
    noisy = gated + hiss(3, 0.02)
    made = clarify(noisy)
    pause = slice(1200 * 16, 1800 * 16)
    assert np.square(made[pause]).mean() < 0.3 * np.square(noisy[pause]).mean()


def test_clarity_keeps_length_level_and_bounds() -> None:
    noisy = in_noise()
    made = clarify(noisy)
    assert made.shape == noisy.shape
    assert made.dtype == np.float32
    assert np.square(made).mean() == pytest.approx(np.square(noisy).mean(), rel=0.3)
    assert true_peak(made) <= MAX_TRUE_PEAK * 1.001


@pytest.mark.parametrize("aid", [clarify, quieter, lambda samples: slow(samples, 0.6)])
def test_what_was_silent_stays_silent(aid) -> None:
    assert not aid(np.zeros(16_000, dtype=np.float32)).any()
    gated = silence_outside(buzz(3), RATE_HZ, [(0, 1000)])
    made = aid(gated)
    tail = made[len(made) * 6 // 10 :]
    assert np.abs(tail).max() < 1e-4


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.5, 2.0])
def test_slow_changes_the_length_and_keeps_the_pitch(speed: float) -> None:
    sound = buzz(3, 140)
    made = slow(sound, speed)
    assert len(made) == round(len(sound) / speed)
    before, after = (pitch.track(each, 80).f0_hz for each in (sound, made))
    assert np.median(after[after > 0]) == pytest.approx(
        np.median(before[before > 0]), rel=0.05
    )
    assert np.abs(made).max() < 1.3 * np.abs(sound).max()


@pytest.mark.parametrize(("asked", "given"), [(0.1, 0.5), (9.0, 2.0), (1.0, 1.0)])
def test_a_speed_outside_the_range_is_brought_into_it(
    asked: float, given: float
) -> None:
    assert len(slow(buzz(1), asked)) == round(16_000 / given)


@pytest.mark.parametrize("n_frames", [0, 1, 300, 700])
def test_very_short_sounds_are_survived(n_frames: int) -> None:
    sound = buzz(1)[:n_frames]
    assert len(clarify(sound)) == n_frames
    assert np.isfinite(slow(sound, 0.5)).all()


def test_quieter_is_a_quarter() -> None:
    assert np.abs(quieter(buzz(1))).max() == pytest.approx(
        np.abs(buzz(1)).max() / 4, rel=0.01
    )
