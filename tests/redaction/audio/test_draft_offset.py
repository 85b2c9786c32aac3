"""The offset of a draft is seen where its words and the sound have pauses."""

import numpy as np
import pytest

from bot.redaction.audio.codec import Window
from bot.redaction.audio.draft_offset import draft_offset_ms
from bot.redaction.audio.signal import RATE_HZ
from storage.records import Word
from tests.redaction.sounds import buzz

SPOKEN = [(600, 1400), (2100, 2500), (3600, 4700), (5300, 5600), (6500, 8200)]


def window() -> Window:
    samples = buzz(9, 140)
    quiet = 0.001 * np.random.default_rng(1).standard_normal(len(samples))
    gate = np.zeros(len(samples), dtype=np.float32)
    for start, end in SPOKEN:
        gate[start * RATE_HZ // 1000 : end * RATE_HZ // 1000] = 1
    return Window((samples * gate + quiet).astype(np.float32), 1000, None)


def words(late_ms: int) -> list[Word]:
    return [
        Word(text="word", start_ms=1000 + s + late_ms, end_ms=1000 + e + late_ms)
        for s, e in SPOKEN
    ]


@pytest.mark.parametrize("late_ms", [-400, -120, -30, 0, 80, 250, 490])
def test_a_draft_that_is_late_or_early_is_measured(late_ms: int) -> None:
    found = draft_offset_ms(window(), words(late_ms))
    assert found is not None
    assert abs(found - late_ms) <= 30


def test_without_pauses_words_or_sound_nothing_is_measured() -> None:
    whole = [Word(text="word", start_ms=0, end_ms=20_000)]
    assert draft_offset_ms(window(), whole) is None
    assert draft_offset_ms(window(), []) is None
    silence = Window(np.zeros(9 * RATE_HZ, dtype=np.float32), 1000, None)
    assert draft_offset_ms(silence, words(0)) is None
    assert draft_offset_ms(Window(np.zeros(0, dtype=np.float32), 0, None), []) is None
