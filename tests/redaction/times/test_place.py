"""Words are placed where a recording has them, and else nowhere."""

from dataclasses import replace

import numpy as np
import pytest

from bot.demo import DEMO_CLIPS
from bot.redaction.audio.codec import Window, read_window
from bot.redaction.times.place import at_places, place_words, unplaced
from bot.sources import open_clip_source
from storage.records import TimingSource, Word

SOURCE = open_clip_source(str(DEMO_CLIPS))
RECOGNISER = TimingSource.RECOGNISER
CLIP = SOURCE.clip("en-us-0005")


def window_of(clip_id: str) -> Window:
    with SOURCE.audio(clip_id) as recording:
        return read_window(recording, 0, 6000)


def late(by_ms: int) -> list[Word]:
    return [
        replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms)
        for word in CLIP.words
    ]


@pytest.mark.parametrize("late_ms", [0, 100, 200])
def test_late_words_come_back_to_where_they_sound(late_ms: int) -> None:
    places = place_words(window_of(CLIP.clip_id), late(late_ms), RECOGNISER)
    heard = at_places(CLIP.words, places)
    errors = [
        abs(found.start_ms - word.start_ms)
        for found, word in zip(heard, CLIP.words, strict=True)
        if word.end_ms < 6000
    ]
    assert np.median(errors) <= 40
    assert np.percentile(errors, 90) <= 120


def test_a_place_holds_doubt_and_the_doubt_grows_in_noise() -> None:
    window = window_of(CLIP.clip_id)
    noise = np.random.default_rng(0).standard_normal(len(window.samples))
    loud = window.samples + noise.astype(np.float32) * window.samples.std()
    doubts = []
    for samples in (window.samples, loud):
        heard = replace(window, samples=samples.astype(np.float32))
        places = place_words(heard, CLIP.words, RECOGNISER)
        found = [place for place in places.words if place is not None]
        assert all(place.before_ms >= place.likely_before_ms >= 0 for place in found)
        assert all(place.after_ms >= place.likely_after_ms >= 0 for place in found)
        assert all(place.start_ms < place.end_ms for place in found)
        doubts.append(np.mean([place.before_ms for place in found]))
    assert doubts[0] < doubts[1]


def test_pauses_are_quiet_and_lie_in_the_window() -> None:
    window = window_of(CLIP.clip_id)
    pauses = place_words(window, CLIP.words, RECOGNISER).pauses
    level = np.sqrt(np.square(window.samples).mean())
    assert pauses
    for start_ms, end_ms in pauses:
        part = window.samples[start_ms * 16 : end_ms * 16]
        assert np.sqrt(np.square(part).mean()) < level


@pytest.mark.parametrize(
    "words",
    [
        [],
        [Word(text="one", start_ms=9000, end_ms=9500)],
        [Word(text="one", start_ms=500, end_ms=900, within=(0, 2000))],
        [Word(text="one", start_ms=500, end_ms=900)] * 100,
        [Word(text="long" * 500, start_ms=500, end_ms=900)],
        [Word(text="мама", start_ms=500, end_ms=900)],
    ],
    ids=["none", "elsewhere", "estimated", "too many", "too long", "unknown letters"],
)
def test_a_draft_that_cannot_be_laid_over_the_sound_keeps_its_times(
    words: list[Word],
) -> None:
    assert place_words(window_of(CLIP.clip_id), words, RECOGNISER) == unplaced(words)


def test_the_same_sound_gives_the_same_places() -> None:
    window = window_of(CLIP.clip_id)
    first, second = (place_words(window, CLIP.words, RECOGNISER) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("timing", "late_ms", "far_ms"),
    [(RECOGNISER, 450, 350), (TimingSource.HUMAN, 220, 150)],
)
def test_words_far_from_where_the_draft_has_them_are_hidden_in_both_places(
    timing: TimingSource, late_ms: int, far_ms: int
) -> None:
    words = late(late_ms)
    places = place_words(window_of(CLIP.clip_id), words, timing)
    n_far = 0
    for place, word in zip(places.words, words, strict=True):
        if place is not None and word.end_ms - place.end_ms > far_ms:
            assert place.end_ms + place.after_ms >= word.end_ms
            n_far += 1
    assert n_far
