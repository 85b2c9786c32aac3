"""Transcripts as the field writes them: the right value of each handed case."""

import json
import shutil
from pathlib import Path

import pytest

from bot.errors import Invalid
from bot.redaction.masking.speaking_time import longest_ms
from bot.redaction.pipeline import Snippet, make_snippet
from bot.sources import open_clip_source
from storage.records import Clip, Span, TimingSource
from tests.realdata.shared import needs_shared

SPAN = Span(start_ms=6000, end_ms=6600)
HUMAN, RECOGNISER, UNKNOWN = (
    TimingSource.HUMAN,
    TimingSource.RECOGNISER,
    TimingSource.UNKNOWN,
)
SIDECAR = {"clip_id": "clip", "locale": "en-US", "consent": "granted"}

# Words with start and end in ms, and who timed them.
READ = {
    "assemblyai.transcript.json": (
        [("Turn", 500, 900), ("on", 1000, 1200), ("the", 1200, 1300), ("lamp.", 1300, 1700)],
        RECOGNISER,
    ),
    "tg-xmin-12.TextGrid": ([("turn", 500, 900)], HUMAN),
    "vtt-no-blank-after-header.vtt": ([("turn", 500, 900), ("on", 1000, 1200)], RECOGNISER),
    "tg-phones-first-only.TextGrid": ([("turn", 500, 900), ("on", 1000, 1200)], RECOGNISER),
    "whisper-negative.transcript.json": ([("hi", 0, 300), ("there", 400, 800)], RECOGNISER),
    "whisper-empty-word.transcript.json": ([("hi", 400, 800)], RECOGNISER),
    "hf-pipeline-chunks.transcript.json": (
        [("Turn", 500, 900), ("on", 1000, 1000 + longest_ms(["on"])[0])],
        RECOGNISER,
    ),
    "amazon-redacted.transcript.json": (
        [("my", 500, 900), ("[PII]", 1000, 1600), ("lamp", 1700, 1900)],
        RECOGNISER,
    ),
    "amazon-two-channels.transcript.json": ([("Turn hello on", 500, 1200)], RECOGNISER),
    "wx-digits-untimed.transcript.json": (
        [("with", 41_119, 41_260), ("2266", 41_260, 42_760), ("okay,", 42_760, 44_781)],
        RECOGNISER,
    ),
    "wx-last-word-untimed.transcript.json": ([("pay £13.60", 500, 900)], RECOGNISER),
    "whisper-end-before-start.transcript.json": ([("turn on", 900, 1300)], RECOGNISER),
    "ctm-nfa.ctm": ([("turn", 500, 900), ("on", 1000, 1200)], RECOGNISER),
    "vtt-karaoke-first-stamp.vtt": (
        [("turn", 500, 1200), ("on", 1200, 1900), ("lamp", 1900, 2900)],
        RECOGNISER,
    ),
    "tg-utf16le.TextGrid": ([("turn", 500, 900), ("on", 1000, 1200)], HUMAN),
    "tg-minus-zero.TextGrid": ([("turn", 500, 900), ("on", 1000, 1200)], HUMAN),
    "tg-commented.TextGrid": ([("turn", 0, 2300)], HUMAN),
    "tg-latin1.TextGrid": ([("café", 0, 500)], HUMAN),
    "tg-silence-marks.TextGrid": ([], HUMAN),
}  # fmt: skip

# Texts only: the times of these words are guesses within a stretch, or many.
SAID = {
    "yt-rolling.vtt": (
        "Linus, do your kids think job is cool or is dad's job",
        RECOGNISER,
    ),
    "tg-speaker-tiers.TextGrid": ("turn on the lamp sure", UNKNOWN),
    "vtt-zoom-speaker.vtt": ("turn on the lamp", UNKNOWN),
    "vtt-bom-crlf.vtt": ("turn on & off", UNKNOWN),
    "whisper-segment-not-monotonic.transcript.json": (
        "second part first part here",
        UNKNOWN,
    ),
    "whisper-japanese-long-segment.transcript.json": ("あ" * 201, UNKNOWN),
    "utterance-id-tier.TextGrid": ("call Annabel Placeholder please", None),
    "speaker-tier-first.TextGrid": ("call Annabel Placeholder please", None),
    "tg-mfa-two-speakers.TextGrid": (None, RECOGNISER),
}

REFUSED = {
    "ctm-one-segment-relative.ctm": "about other recordings",
    "ctm-segments.ctm": "about other recordings",
    "srt-renamed.vtt": "SRT, which is read as NAME.srt",
}

# How many words the file holds: all may be audible as long as they can take, at most.
HARDLY_AUDIBLE = (
    "utterance-id-tier.TextGrid",
    "speaker-tier-first.TextGrid",
    "note-sign.vtt",
    "two-words-12s.vtt",
    "whisper-word-8s.transcript.json",
    "whisperx-last-word.transcript.json",
    "tg-silence-marks.TextGrid",
)


@pytest.fixture
def field() -> Path:
    return needs_shared("field/recordings")


def put(field: Path, folder: Path, name: str) -> Path:
    """Put a case beside the reference recording, as the clip called clip."""
    extension = name.partition(".")[2]
    shutil.copy(field / "reference.flac", folder / "clip.flac")
    shutil.copy(field / "transcripts" / name, folder / f"clip.{extension}")
    (folder / "clip.json").write_text(json.dumps(SIDECAR))
    return folder


def clip_of(folder: Path) -> Clip:
    return open_clip_source(str(folder)).clip("clip")


def snippet_of(folder: Path) -> Snippet:
    clip = clip_of(folder)
    return make_snippet(
        folder / "clip.flac",
        span=SPAN,
        words=clip.words,
        locale=clip.locale,
        timing=clip.timing,
        key=b"k" * 32,
    )


@pytest.mark.parametrize("name", READ)
def test_words_and_times_are_right(field: Path, tmp_path: Path, name: str) -> None:
    clip = clip_of(put(field, tmp_path, name))
    words, timing = READ[name]
    assert [(w.text, w.start_ms, w.end_ms) for w in clip.words] == words
    assert clip.timing is timing


@pytest.mark.parametrize("name", SAID)
def test_each_word_is_there_once(field: Path, tmp_path: Path, name: str) -> None:
    clip = clip_of(put(field, tmp_path, name))
    text, timing = SAID[name]
    if text is not None:
        said = " ".join(word.text for word in clip.words)
        assert said.replace(" ", "") == text.replace(" ", "")
    if timing is not None:
        assert clip.timing is timing


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_for_this_clip_is_refused(
    field: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(Invalid, match=REFUSED[name]):
        clip_of(put(field, tmp_path, name))


@pytest.mark.parametrize("name", HARDLY_AUDIBLE)
def test_a_label_uncovers_no_more_than_it_takes_to_say(
    field: Path, tmp_path: Path, name: str
) -> None:
    put(field, tmp_path, name)
    report = snippet_of(tmp_path).report
    longest = sum(longest_ms([word.text for word in clip_of(tmp_path).words]))
    assert report.audible_ms <= SPAN.length_ms + longest
    assert report.audible_ms < 2000


def test_confidences_of_whisper_timestamped_are_used(
    field: Path, tmp_path: Path
) -> None:
    name = "whisper-timestamped-confidence.transcript.json"
    clip = clip_of(put(field, tmp_path, name))
    assert [word.confidence for word in clip.words] == [0.21, 0.3]


def test_every_handed_case_is_here(field: Path) -> None:
    cases = {path.name for path in (field / "transcripts").iterdir()}
    known = {*READ, *SAID, *REFUSED, *HARDLY_AUDIBLE}
    assert cases == known | {"whisper-timestamped-confidence.transcript.json"}


def test_a_transcript_of_another_recording_is_noticed(
    field: Path, tmp_path: Path
) -> None:
    put(field, tmp_path, "whisper-japanese-long-segment.transcript.json")
    late = [{"word": " turn", "start": 41.1, "end": 41.5}]
    document = {"segments": [{"start": 41.1, "end": 41.5, "words": late}]}
    (tmp_path / "clip.transcript.json").write_text(json.dumps(document))
    with pytest.raises(Invalid, match="beyond the end of its recording"):
        snippet_of(tmp_path)
