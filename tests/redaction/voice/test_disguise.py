"""The disguise holds its promises on every kind of sound; how well it hides is for the
bench.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redaction.voice import Strength, disguise, draw, personas, vocoder
from tests.redaction.sounds import RATE_HZ, buzz, hiss

SOUNDS = {
    "a man": buzz(2, 100),
    "a woman": buzz(2, 210),
    "a child": buzz(2, 380),
    "a whisper": hiss(2, 0.02)
    * (1.2 + np.sin(np.arange(32_000) / 500)).astype(np.float32),
    "shouting, clipped": np.clip(buzz(2, 250) * 20, -1, 1),
    "noise": hiss(2, 0.3),
    "a hum on direct current": buzz(2, 100) * np.float32(0.1) + np.float32(0.5),
    "one click": np.eye(1, 16_000, 8_000, dtype=np.float32)[0],
    "a fiftieth of a second": buzz(0.02),
}


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", SOUNDS)
def test_never_louder_never_nan_never_the_original(name: str) -> None:
    sound = SOUNDS[name]
    made = disguise(sound, RATE_HZ, rng())
    assert made.shape == sound.shape
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert np.abs(made).max() <= np.abs(sound).max() * 1.001
    assert np.sqrt(np.square(made).mean()) <= np.sqrt(np.square(sound).mean()) * 1.001
    bare = sound - sound.mean()
    alike = np.dot(made, bare) / max(np.linalg.norm(made) * np.linalg.norm(bare), 1e-9)
    assert abs(alike) < 0.3


@pytest.mark.parametrize("n_frames", [0, 1, 100, 16_000])
def test_silence_stays_silent(n_frames: int) -> None:
    assert not disguise(np.zeros(n_frames, dtype=np.float32), RATE_HZ, rng()).any()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_sound_becomes_none(wrong: float) -> None:
    sound = buzz(1)
    sound[4_000:12_000:3] = wrong
    assert np.isfinite(disguise(sound, RATE_HZ, rng())).all()
    assert np.isfinite(disguise(np.full_like(sound, wrong), RATE_HZ, rng())).all()


def test_the_same_key_gives_the_same_voice_and_another_key_another() -> None:
    sound = buzz(1)
    first, again, other = (disguise(sound, RATE_HZ, rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=0.01)


def pitch_of(samples: np.ndarray) -> float:
    f0_hz = vocoder.analyse(samples).f0_hz
    return float(np.median(f0_hz[f0_hz > 0]))


@pytest.mark.parametrize("pitch_hz", [90, 300])
def test_the_pitch_that_is_heard_says_nothing_of_the_speakers_own(
    pitch_hz: int,
) -> None:
    alike = 0
    for seed in range(8):
        usual = pitch_of(disguise(buzz(1.5, 160), RATE_HZ, rng(seed)))
        heard = pitch_of(disguise(buzz(1.5, pitch_hz), RATE_HZ, rng(seed)))
        assert 80 < heard < 260
        alike += abs(np.log(heard / usual)) < np.log(1.1)
    assert alike >= 7  # one octave error is forgiven


def test_formants_of_high_voices_are_moved_further_down_than_those_of_low_ones() -> (
    None
):
    low, middle, high = (personas._warp_for(hertz, 1.1) for hertz in (100, 150, 225))
    assert low > middle > high
    assert middle == pytest.approx(1.1)
    assert high / low == pytest.approx((100 / 225) ** 0.27, rel=0.01)


def test_one_step_less_leaves_out_the_colour_and_moves_pitch_and_formants_as_far() -> (
    None
):
    for seed in range(20):
        full, less = draw(rng(seed)), draw(rng(seed), Strength.LESS)
        assert less.colour == (0, 0, 0)
        assert (less.pitch, less.pitch_range, less.warp) == (
            full.pitch,
            full.pitch_range,
            full.warp,
        )


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 48_000])
def test_any_rate_keeps_its_length(rate_hz: int) -> None:
    sound = buzz(1, rate_hz=rate_hz)
    made = disguise(sound, rate_hz, rng())
    assert made.shape == sound.shape
    assert np.abs(made).max() > 0.01


@given(st.integers(0, 4000), st.integers(0, 1000), st.floats(1e-4, 1))
@settings(max_examples=30)
def test_any_short_noise_is_survived(n_frames: int, seed: int, level: float) -> None:
    sound = (level * rng(seed).uniform(-1, 1, n_frames)).astype(np.float32)
    made = disguise(sound, RATE_HZ, rng(seed))
    assert made.shape == sound.shape
    assert np.isfinite(made).all()
    assert np.abs(made).max(initial=0) <= level * 1.001


def test_the_vocoder_gives_back_pitch_and_envelope() -> None:
    sound = buzz(2, 140)
    speech = vocoder.analyse(sound)
    again = vocoder.analyse(vocoder.synthesise(speech, len(sound), rng()))
    both = (speech.f0_hz > 0) & (again.f0_hz > 0)
    assert both.mean() > 0.5
    assert np.median(np.abs(np.log2(again.f0_hz[both] / speech.f0_hz[both]))) < 0.03
    difference_db = 4.34 * (again.envelope - speech.envelope)[both]
    assert np.median(np.abs(difference_db[:, 10:250])) < 5
