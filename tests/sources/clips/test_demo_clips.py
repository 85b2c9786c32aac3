"""The demo's clips are what README.md says of them."""

import ctypes.util
import json

import numpy as np
import pytest
import soundfile as sf

from bot.demo import DEMO_CLIPS, DEMO_DESKS, SUGGESTIONS
from bot.sources import open_clip_source
from storage.records import Consent, TimingSource
from tools.make_demo_clips.make_clips import make, span_text, table
from tools.make_demo_clips.script import LINES

SOURCE = open_clip_source(str(DEMO_CLIPS))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.clip_id)
def test_a_sample_is_a_good_clip(line):
    clip = SOURCE.clip(line.clip_id)
    assert clip.locale == line.locale
    assert clip.timing is TimingSource.RECOGNISER
    with SOURCE.audio(line.clip_id) as recording:
        info = sf.info(recording)
    assert (info.samplerate, info.channels, info.format) == (16_000, 1, "FLAC")
    assert 4 <= info.duration <= 12
    assert clip.words[-1].end_ms <= info.duration * 1000


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.clip_id)
def test_each_word_sounds_louder_than_the_silence_around_the_sentence(line):
    clip = SOURCE.clip(line.clip_id)
    samples, rate = sf.read(DEMO_CLIPS / f"{line.clip_id}.flac")
    silence = np.sqrt(np.mean(samples[: rate // 4] ** 2))
    for word in clip.words:
        sound = samples[word.start_ms * rate // 1000 : word.end_ms * rate // 1000]
        assert np.sqrt(np.mean(sound**2)) > 4 * silence


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.clip_id)
def test_the_muddled_word_is_the_least_sure(line):
    words = SOURCE.clip(line.clip_id).words
    least = min(words, key=lambda word: word.confidence)
    drafted = line.text.split("*")[1].rpartition("|")[2]
    without_vowels = "".join(c for c in drafted if not 0x64B <= ord(c) <= 0x652)
    assert least.text == without_vowels


def test_there_is_one_of_each_kind():
    clips = [SOURCE.clip(clip_id) for clip_id in SOURCE.clip_ids()]
    assert len(clips) == len(LINES) >= 12
    assert {clip.locale for clip in clips} == {"en-US", "de-DE", "ar"}
    assert {clip.consent for clip in clips} == set(Consent)
    assert sum(clip.child for clip in clips) == 1
    assert sum("distressing" in (line.notes or "") for line in LINES) == 1


def test_they_are_small():
    assert (
        sum(path.stat().st_size for path in DEMO_CLIPS.iterdir() if path.is_file())
        < 3_000_000
    )


def test_readme_lists_them_as_they_are():
    assert (
        (DEMO_DESKS.with_name("README.md"))
        .read_text("utf-8")
        .endswith(table(DEMO_CLIPS))
    )


def test_suggestions_point_at_the_muddled_words():
    lines = {line.clip_id: line for line in LINES}
    for suggestion in SUGGESTIONS:
        sidecar = json.loads(
            (DEMO_CLIPS / f"{suggestion.clip_id}.json").read_text("utf-8")
        )
        assert suggestion.span == span_text(lines[suggestion.clip_id], sidecar["words"])


@pytest.mark.parametrize("clip_id", ["en-us-0001", "de-de-0001"])
def test_the_maker_makes_the_same_words_again(clip_id):
    library = "flite" if clip_id.startswith("en") else "espeak-ng"
    if ctypes.util.find_library(library) is None:
        pytest.skip(f"lib{library} is not installed")
    sound, sidecar = make(next(line for line in LINES if line.clip_id == clip_id))
    kept = json.loads((DEMO_CLIPS / f"{clip_id}.json").read_text("utf-8"))
    assert len(sound) == sf.info(DEMO_CLIPS / f"{clip_id}.flac").frames
    assert sidecar["words"] == kept["words"]
