"""A snippet from every file of real speech: right, or a sentence that says what is
wrong.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import correlate

from bot.errors import Invalid
from bot.redaction.audio import codec
from bot.redaction.pipeline import make_snippet
from storage.records import Span, TimingSource, Word

SPEECH = Path(__file__).parents[3] / "shared" / "speech"
SOUND = {
    f".{e}" for e in "wav flac ogg opus mp3 m4a mp4 aac amr 3gp webm aiff caf".split()
}
FILES = sorted(path for path in SPEECH.rglob("*") if path.is_file())
RECORDINGS = [path for path in FILES if path.suffix in SOUND]
OTHERS = [path for path in FILES if path.suffix not in SOUND]

pytestmark = pytest.mark.skipif(
    not SPEECH.is_dir() and os.environ.get("CI") != "true",
    reason="needs the folder of real speech beside the repository",
)


def name(path: Path) -> str:
    return str(path.relative_to(SPEECH))


def test_the_recordings_are_there():
    assert len(RECORDINGS) > 800
    assert {path.suffix for path in RECORDINGS} == SOUND


@pytest.mark.parametrize("path", RECORDINGS, ids=name)
def test_a_snippet_of_real_speech_is_right(path):
    original = codec.read_window(path, 0, 10_000).samples
    span = loudest(original, 400)
    words = [
        Word(text="zzyzx", start_ms=at, end_ms=at + 300)
        for at in range(0, len(original) // 16 - 300, 350)
        if at + 300 <= span.start_ms or at >= span.end_ms
    ]
    snippet = make_snippet(
        path,
        span=span,
        words=words,
        locale="en-US",
        timing=TimingSource.HUMAN,
        key=b"k" * 32,
    )
    with sf.SoundFile(io.BytesIO(snippet.wav)) as file:
        assert (file.format, file.samplerate, file.channels) == ("WAV", 16_000, 1)
        samples = file.read(dtype="float32")
    start_ms = max(0, span.start_ms - 2000)
    window = codec.read_window(path, start_ms, span.end_ms + 2000).samples
    assert snippet.start_ms == start_ms
    assert abs(len(samples) - len(window)) <= 16
    first, last = ((ms - start_ms) * 16 for ms in (span.start_ms, span.end_ms))
    assert rms(samples[first:last]) > 0.02
    for old, new in (
        (window[:first], samples[:first]),
        (window[last:], samples[last:]),
    ):
        if rms(old) > 0.003 and len(new) > 1600:
            assert likeness(old, new) < 0.35


@pytest.mark.parametrize("path", OTHERS, ids=name)
def test_what_is_no_recording_is_refused_in_a_sentence(path):
    with pytest.raises(Invalid, match="format we know"):
        make_snippet(
            path,
            span=Span(start_ms=0, end_ms=100),
            words=[],
            locale="en-US",
            timing=TimingSource.UNKNOWN,
            key=b"k" * 32,
        )


def loudest(samples: np.ndarray, length_ms: int) -> Span:
    """The loudest stretch of a length, or the middle two thirds of what is shorter."""
    total_ms = len(samples) // 16
    if total_ms < length_ms * 3 // 2:
        return Span(start_ms=total_ms // 6, end_ms=total_ms * 5 // 6)
    energy = np.cumsum(np.square(samples, dtype=np.float64))[::160]
    steps = length_ms // 10
    at = int(np.argmax(energy[steps:] - energy[:-steps])) * 10
    return Span(start_ms=at, end_ms=min(at + length_ms, total_ms))


def rms(samples: np.ndarray) -> float:
    return (
        float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
        if len(samples)
        else 0.0
    )


def likeness(old: np.ndarray, new: np.ndarray) -> float:
    """The highest correlation with the original, up to 50 ms apart."""
    n = min(len(old), len(new))
    both = correlate(
        old[:n].astype(np.float64), new[:n].astype(np.float64), method="fft"
    )
    near = np.abs(both[n - 1 - 800 : n + 800]).max()
    return float(near / (n * rms(old[:n]) * rms(new[:n]) + 1e-12))
