"""Loudness against the values ITU-R BS.1770 gives, and peaks that stay under the
limit.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.audio.loudness import (
    MAX_TRUE_PEAK,
    TARGET_LUFS,
    gain_to_target,
    limit,
    loudness_lufs,
)
from tests.redaction.sounds import buzz, true_peak


def sine(
    frequency_hz: float, level: float, rate_hz: int, seconds: float = 4
) -> np.ndarray:
    times = np.arange(int(seconds * rate_hz)) / rate_hz
    return (level * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_a_full_scale_997_hz_sine_in_one_channel_measures_minus_3_lufs(
    rate_hz: int,
) -> None:
    """BS.1770-4 section 2: -3.01 LKFS."""
    assert loudness_lufs(sine(997, 1, rate_hz), rate_hz) == pytest.approx(
        -3.01, abs=0.1
    )


def test_silence_between_words_does_not_count() -> None:
    sound = buzz(3)
    spaced = np.concatenate([sound, np.zeros(64_000, dtype=np.float32)])
    assert loudness_lufs(spaced, 16_000) == pytest.approx(
        loudness_lufs(sound, 16_000), abs=0.5
    )


@pytest.mark.parametrize("level", [0.05, 0.2, 1.0])
def test_loud_and_quiet_speech_end_up_alike(level: float) -> None:
    sound = buzz(2) * np.float32(level)
    levelled = sound * np.float32(gain_to_target(sound, 16_000))
    assert loudness_lufs(levelled, 16_000) == pytest.approx(TARGET_LUFS, abs=0.1)


@pytest.mark.parametrize("n_frames", [0, 10, 16_000])
def test_silence_is_left_alone(n_frames: int) -> None:
    assert gain_to_target(np.zeros(n_frames, dtype=np.float32), 16_000) == 1


def test_a_peak_between_two_samples_is_seen() -> None:
    """A quarter of the sampling rate at 45 degrees: samples at 0.707, the wave at 1."""
    wave = np.sin(np.pi / 2 * np.arange(4000) + np.pi / 4).astype(np.float32)
    assert np.abs(wave).max() == pytest.approx(0.707, abs=0.001)
    assert true_peak(wave) == pytest.approx(1.0, abs=0.05)


@given(st.integers(0, 3000), st.floats(0.1, 50), st.integers(0, 100))
def test_nothing_leaves_the_limiter_above_minus_1_dbtp(
    n: int, level: float, seed: int
) -> None:
    noise = np.random.default_rng(seed).standard_normal(n)
    sound = (level * noise * (np.arange(n) % 700 < 100)).astype(np.float32)
    limited = limit(sound, 16_000)
    assert limited.shape == sound.shape
    assert true_peak(limited) <= MAX_TRUE_PEAK * 1.001


def test_a_peak_between_two_samples_is_limited() -> None:
    wave = np.sin(np.pi / 2 * np.arange(4000) + np.pi / 4).astype(np.float32)
    assert np.abs(limit(wave, 16_000)).max() == pytest.approx(
        0.707 * MAX_TRUE_PEAK, rel=0.05
    )


def test_only_what_is_near_a_peak_is_turned_down() -> None:
    sound = buzz(2) * np.float32(0.5)
    sound[16_000] = 1.2
    limited = limit(sound, 16_000)
    assert true_peak(limited) <= MAX_TRUE_PEAK * 1.001
    changed = np.flatnonzero(limited != sound)
    assert (changed.min(), changed.max()) == pytest.approx((16_000, 16_000), abs=200)


def test_the_limiter_leaves_alone_what_is_low_enough() -> None:
    sound = buzz(1)
    assert np.array_equal(limit(sound, 16_000), sound)
