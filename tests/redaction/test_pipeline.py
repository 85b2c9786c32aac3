"""From file to snippet: bounds, masking, and the same again for the same key."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.redaction.pipeline import Snippet, make_snippet
from bot.redaction.words import explain_words
from bot.redaction.words.reasons import Reason
from storage.records import Span, TimingSource, Word
from tests.redaction.sounds import buzz, save

KEY = b"k" * 32
SPAN = Span(start_ms=3000, end_ms=3600)
WORDS = [
    Word(text="please", start_ms=1200, end_ms=1700),
    Word(text="call", start_ms=1700, end_ms=2100),
    Word(text="bartholomew", start_ms=2100, end_ms=2900),
    Word(text="muddled", start_ms=3000, end_ms=3600, confidence=0.3),
    Word(text="tomorrow", start_ms=4000, end_ms=4500),
]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("clips") / "clip.wav", buzz(8, 150))


def make(clip: Path, span: Span = SPAN, words=WORDS, **others) -> Snippet:
    how = {"locale": "en-US", "timing": TimingSource.HUMAN, "key": KEY} | others
    return make_snippet(clip, span=span, words=words, **how)


def sound_of(snippet: Snippet) -> np.ndarray:
    samples, rate_hz = soundfile.read(io.BytesIO(snippet.wav), dtype="float32")
    assert rate_hz == 16_000
    return samples


def test_a_snippet_is_the_span_and_two_seconds_around_it(clip: Path) -> None:
    snippet = make(clip)
    assert (snippet.start_ms, snippet.end_ms) == (1000, 5600)
    assert snippet.span_in_snippet_ms == (2000, 2600)
    assert len(sound_of(snippet)) == 4600 * 16
    assert len(snippet.peaks) == 240
    assert all(0 <= peak <= 100 for peak in snippet.peaks)


def test_context_may_be_less(clip: Path) -> None:
    snippet = make(clip, context_ms=500)
    assert (snippet.start_ms, snippet.end_ms) == (2500, 4100)


def test_at_the_edges_of_the_clip_the_snippet_is_shorter(clip: Path) -> None:
    first = make(clip, Span(start_ms=0, end_ms=400))
    assert (first.start_ms, first.end_ms, first.span_in_snippet_ms) == (
        0,
        2400,
        (0, 400),
    )
    last = make(clip, Span(start_ms=7500, end_ms=8200))
    assert (last.end_ms, last.span_in_snippet_ms) == (8000, (2000, 2500))


def test_harmless_words_are_heard_and_read_and_the_name_is_neither(clip: Path) -> None:
    snippet = make(clip)
    assert [word.text for word in snippet.words] == [
        "please",
        "call",
        None,
        None,
        "tomorrow",
    ]
    assert [(part.start_ms, part.end_ms) for part in snippet.report.masked] == [
        (0, 300),
        (1000, 2000),
        (2600, 3100),
        (3400, 4600),
    ]
    held_out = ["please", "call", "bartholomew", "<?>", "tomorrow"]
    assert snippet.report.masked[1].reasons == (
        explain_words(held_out, "en-US")[2].why,
    )
    assert (snippet.report.masked_ms, snippet.report.audible_ms) == (3000, 1600)
    assert (snippet.report.words_shown, snippet.report.words_masked) == (3, 1)


def test_the_masked_part_does_not_depend_on_what_was_said_there(
    clip: Path, tmp_path: Path
) -> None:
    other = buzz(8, 150)
    other[2050 * 16 : 2950 * 16] = buzz(0.9, 230)
    loud = save(tmp_path / "other.wav", other)
    assert make(clip).wav == make(loud).wav


def test_without_a_transcript_only_the_span_is_heard(clip: Path) -> None:
    snippet = make(clip, words=[])
    assert snippet.report.audible_ms == 600
    assert snippet.words == ()
    assert {reason for part in snippet.report.masked for reason in part.reasons} == {
        Reason.NOTHING_TRANSCRIBED
    }


def test_the_same_key_gives_the_same_bytes_and_another_key_others(clip: Path) -> None:
    assert make(clip).wav == make(clip).wav
    assert make(clip).wav != make(clip, key=b"o" * 32).wav


def test_the_filler_is_the_desks_choice(clip: Path) -> None:
    assert make(clip, filler="tone").wav != make(clip, filler="noise").wav
    with pytest.raises(Invalid, match="tone or noise"):
        make(clip, filler="quack")


def test_one_step_less_changes_the_span_and_leaves_the_context_as_it_is(
    clip: Path,
) -> None:
    full, less = make(clip), make(clip, strength="less")
    start, end = (16 * ms for ms in full.span_in_snippet_ms)
    parts = [
        (sound_of(full)[part], sound_of(less)[part])
        for part in (slice(0, start), slice(start, end), slice(end, None))
    ]
    alike = [float(np.corrcoef(*pair)[0, 1]) for pair in parts]  # the level may differ
    assert alike[0] > 0.999
    assert alike[2] > 0.999
    assert abs(alike[1]) < 0.9
    assert (less.report, less.words, less.start_ms) == (
        full.report,
        full.words,
        full.start_ms,
    )


def test_one_step_less_is_the_same_for_the_same_key_and_still_another_voice(
    clip: Path,
) -> None:
    less = make(clip, strength="less")
    assert less.wav == make(clip, strength="less").wav
    assert less.wav != make(clip, strength="less", key=b"o" * 32).wav
    original = buzz(8, 150)[3000 * 16 : 3600 * 16]
    heard = sound_of(less)[2000 * 16 : 2600 * 16]
    assert abs(float(np.corrcoef(original, heard)[0, 1])) < 0.3


def test_unmasked_words_are_heard_in_the_full_disguise_and_still_not_read(
    clip: Path,
) -> None:
    masked, unmasked = make(clip), make(clip, unmask=True)
    assert unmasked.words == masked.words
    assert [(part.start_ms, part.end_ms) for part in unmasked.report.masked] == [
        (0, 300),
        (1800, 2000),
        (2600, 3100),
        (3400, 4600),
    ]
    original = buzz(8, 150)[2200 * 16 : 2790 * 16]
    name = slice(1200 * 16, 1790 * 16)
    heard = sound_of(unmasked)[name]
    assert abs(float(np.corrcoef(original, heard)[0, 1])) < 0.3
    assert abs(float(np.corrcoef(sound_of(masked)[name], heard)[0, 1])) < 0.3


def test_unmasking_never_uncovers_what_nobody_has_transcribed(clip: Path) -> None:
    assert make(clip, words=[], unmask=True).wav == make(clip, words=[]).wav


def test_a_strength_that_does_not_exist_is_refused(clip: Path) -> None:
    with pytest.raises(Invalid, match="full or less"):
        make(clip, strength="none")


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "sentence"),
    [
        (500, 500, "ends before it begins"),
        (900, 500, "ends before it begins"),
        (-200, 500, "ends before it begins"),
        (0, 3001, "at most 3 seconds"),
        (60_000, 61_000, "beyond the end"),
        (8_000, 8_100, "beyond the end"),
    ],
)
def test_a_span_that_cannot_be_is_refused(
    clip: Path, start_ms: int, end_ms: int, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        make(clip, Span(start_ms=start_ms, end_ms=end_ms))


@pytest.mark.parametrize("context_ms", [-1, 2001])
def test_more_context_than_two_seconds_is_refused(clip: Path, context_ms: int) -> None:
    with pytest.raises(Invalid, match="2 seconds"):
        make(clip, context_ms=context_ms)


@pytest.mark.parametrize("level", [0.0, 0.001, 1.0])
def test_silent_quiet_and_loud_clips_all_give_a_snippet(
    tmp_path: Path, level: float
) -> None:
    quiet = save(tmp_path / "clip.wav", buzz(6) * np.float32(level))
    made = sound_of(make(quiet))
    assert np.abs(made).max() < 0.9
    assert np.abs(made[:16]).max() < 0.01


def test_a_snippet_shows_nothing_of_itself_in_a_trace(clip: Path) -> None:
    assert "please" not in repr(make(clip))
    assert "RIFF" not in repr(make(clip))


moments = st.integers(-3000, 7999)
any_words = st.lists(
    st.builds(
        Word,
        text=st.sampled_from(["the", "call", "bartholomew", "", "7"]),
        start_ms=moments,
        end_ms=moments,
        confidence=st.none() | st.floats(0, 1),
    ),
    max_size=6,
)


@given(
    any_words, st.integers(0, 7999), st.integers(1, 3000), st.sampled_from(TimingSource)
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_transcript_and_span_give_a_snippet_within_bounds(
    clip: Path, words: list[Word], start_ms: int, length_ms: int, timing: TimingSource
) -> None:
    span = Span(start_ms=start_ms, end_ms=start_ms + length_ms)
    try:
        snippet = make(clip, span, words, timing=timing)
    except Invalid as refused:
        if "a name or a number" not in str(refused):
            raise
        return
    length = snippet.end_ms - snippet.start_ms
    assert len(sound_of(snippet)) == length * 16
    assert length <= length_ms + 4000
    assert 0 <= snippet.span_in_snippet_ms[0] < snippet.span_in_snippet_ms[1] <= length
    assert snippet.report.audible_ms + snippet.report.masked_ms == length
    assert all(0 <= word.start_ms < word.end_ms <= length for word in snippet.words)


def shifted(ms: int) -> list[Word]:
    return [
        replace(word, start_ms=word.start_ms + ms, end_ms=word.end_ms + ms)
        for word in WORDS
    ]


@pytest.mark.parametrize("by_ms", [6000, 9000, 500_000])
def test_a_transcript_that_lies_beyond_the_end_is_refused(
    clip: Path, by_ms: int
) -> None:
    with pytest.raises(Invalid, match="check that both belong together"):
        make(clip, words=shifted(by_ms))


@pytest.mark.parametrize("by_ms", [-1000, 0, 4000])
def test_a_few_words_beyond_the_end_are_no_matter(clip: Path, by_ms: int) -> None:
    assert make(clip, words=shifted(by_ms)).report.audible_ms >= SPAN.length_ms
