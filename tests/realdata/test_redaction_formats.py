"""Every shared recording format, against the original in time and content."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.pipeline import make_snippet
from storage.records import Span, TimingSource, Word
from tests.bench import redaction_fuzz
from tests.redaction.sounds import RATE_HZ, delay_ms, plain_decode

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
FORMATS = sorted((SPEECH / "formats").glob("*"))

pytestmark = pytest.mark.skipif(
    not SPEECH.exists() and os.environ.get("CI") != "true",
    reason="the shared recordings (../shared/speech) are not on this machine",
)


def test_the_shared_recordings_are_there() -> None:
    assert len(FORMATS) >= 17


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
@pytest.mark.parametrize("start_ms", [0, 11_870, 24_000])
def test_every_format_is_read_within_20_ms_of_a_plain_decode(
    path: Path, start_ms: int
) -> None:
    original = plain_decode(path)
    window = read_window(path, start_ms, start_ms + 6000)
    first = start_ms * RATE_HZ // 1000
    assert len(window.samples) == pytest.approx(96_000, abs=400)
    assert abs(delay_ms(original[first : first + 96_000], window.samples)) < 20


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_every_format_gives_a_snippet(path: Path) -> None:
    words = [
        Word(text="the", start_ms=11_200, end_ms=11_700, confidence=0.9),
        Word(text="bartholomew", start_ms=12_600, end_ms=13_200, confidence=0.9),
    ]
    snippet = make_snippet(
        path,
        span=Span(start_ms=12_000, end_ms=12_600),
        words=words,
        locale="en-GB",
        timing=TimingSource.HUMAN,
        key=b"k" * 32,
    )
    samples, rate_hz = soundfile.read(io.BytesIO(snippet.wav), dtype="float32")
    assert (rate_hz, len(samples)) == (16_000, 4600 * 16)
    assert 0.05 < np.abs(samples[2000 * 16 : 2600 * 16]).max() < 0.9
    assert snippet.report.audible_ms == 600 + 300


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SPEECH.rglob("*")) if path.suffix in {".wav", ".flac"}][
        ::12
    ],
    ids=lambda path: path.name,
)
def test_real_recordings_of_all_kinds_give_a_snippet(path: Path) -> None:
    span = Span(start_ms=100, end_ms=350)
    snippet = make_snippet(
        path,
        span=span,
        words=[],
        locale="en",
        timing=TimingSource.UNKNOWN,
        key=b"k" * 32,
    )
    assert 0 < snippet.report.audible_ms <= 250


def test_a_recording_without_a_header_is_an_error_sentence() -> None:
    with pytest.raises(Invalid, match="format we know"):
        read_window(SPEECH / "pocketsphinx" / "goforward.raw", 0, 1000)


def test_damaged_recordings_end_as_samples_or_as_a_sentence() -> None:
    outcomes, highest_bytes = redaction_fuzz.run(FORMATS, 250)
    bad = [o for o in outcomes if o.end.startswith(("CRASH", "bad")) or o.seconds > 5]
    assert bad == []
    assert sum(o.end == "samples" for o in outcomes) > 50
    assert highest_bytes < 500_000_000
