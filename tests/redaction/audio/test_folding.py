"""Several channels of any values become one of sane values."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.audio.folding import limit_peaks, to_mono
from tests.redaction.sounds import buzz, hiss

any_value = st.floats(allow_nan=True, allow_infinity=True, width=32)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


@given(st.lists(any_value, max_size=60), st.integers(1, 8))
def test_any_values_become_finite_ones_within_full_scale(
    values: list[float], n_channels: int
) -> None:
    whole = len(values) // n_channels * n_channels
    channels = np.array(values[:whole], dtype=np.float32).reshape(-1, n_channels)
    mono = to_mono(channels)
    assert mono.shape == (whole // n_channels,)
    assert mono.dtype == np.float32
    assert np.isfinite(mono).all()
    assert np.abs(mono).max(initial=0) <= 1


@given(st.integers(2, 8), st.data())
def test_speech_is_heard_whichever_wires_are_swapped(
    n_channels: int, data: st.DataObject
) -> None:
    speech = buzz(0.5)
    gains = [
        data.draw(st.floats(0.1, 1)) * data.draw(st.sampled_from([1, -1]))
        for _ in range(n_channels)
    ]
    channels = np.stack([gain * speech for gain in gains], axis=1)
    mono = to_mono(channels.astype(np.float32))
    mean_gain = np.mean(np.abs(gains))
    assert loudness(mono) > 0.9 * mean_gain * loudness(speech)


def test_a_swapped_wire_with_noise_of_its_own_is_turned_back() -> None:
    speech = buzz(0.5)
    noise = hiss(0.5, level=0.02)
    mono = to_mono(np.stack([speech, -0.8 * speech + noise], axis=1))
    assert loudness(mono) > 0.8 * loudness(speech)


def test_two_speakers_on_two_channels_are_both_heard() -> None:
    one, other = buzz(0.5, pitch_hz=110), buzz(0.5, pitch_hz=190)
    mono = to_mono(np.stack([one, other], axis=1))
    assert np.allclose(mono, (one + other) / 2, atol=1e-6)


@given(
    st.lists(st.integers(0, 7_999), min_size=1, max_size=40, unique=True),
    st.floats(20, 1e30),
)
def test_wild_samples_change_no_other_sample(places: list[int], wild: float) -> None:
    speech = buzz(0.5)
    damaged = speech.copy()
    damaged[places] = np.float32(wild)
    limited = limit_peaks(damaged[:, None])[:, 0]
    kept = np.setdiff1d(np.arange(len(speech)), places)
    assert np.allclose(limited[kept], speech[kept], atol=1e-6)


@given(st.floats(1.5, 40_000))
def test_loud_sound_is_scaled_down_and_not_cut_off(factor: float) -> None:
    speech = buzz(0.5)
    loud = (speech * np.float32(factor))[:, None]
    limited = limit_peaks(loud)[:, 0]
    expected = speech * np.float32(factor)
    if np.abs(expected).max() > 1:
        expected = expected / np.abs(expected).max()
    assert np.allclose(limited, expected, atol=1e-5)
