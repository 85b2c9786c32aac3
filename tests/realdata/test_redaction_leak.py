"""A leak test on sound: nothing of the original is left where a snippet is masked."""

import io
import os
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bot.errors import Invalid
from bot.redaction.audio.codec import read_window
from bot.redaction.audio.signal import RATE_HZ
from bot.redaction.pipeline import Snippet, make_snippet
from storage.records import Span, TimingSource, Word
from tests.redaction.sounds import convert

SHARED = Path(__file__).parents[3] / "shared" / "speech"
FORMATS = sorted((SHARED / "formats").glob("*"))
CLIPS = sorted((SHARED / "librispeech_test-other").glob("*/*.flac"))
N_CLIPS = 100

pytestmark = pytest.mark.skipif(
    not SHARED.exists() and os.environ.get("CI") != "true",
    reason="the shared recordings (../shared/speech) are not on this machine",
)


def transcript(length_ms: int, rng: np.random.Generator) -> list[Word]:
    """Timings as a transcript has them; which words they are does not matter to the
    sound.
    """
    words, at = [], 0
    while at < length_ms:
        end = at + int(rng.integers(150, 600))
        text = str(rng.choice(["the", "call", "bartholomew", "winchester"]))
        words.append(Word(text=text, start_ms=at, end_ms=end, confidence=0.9))
        at = end + int(rng.integers(0, 200))
    return words


def length_of(path: Path) -> int:
    """Return the length of a recording in ms, up to 10 s."""
    window = read_window(path, 0, 10_000)
    return len(window.samples) * 1000 // RATE_HZ


def redact(
    path: Path, seed: int, filler: str
) -> tuple[Snippet, np.ndarray, np.ndarray]:
    """The snippet, its samples and the original samples of the same window."""
    rng = np.random.default_rng(seed)
    words = transcript(length_of(path), rng)
    snippet = None
    while snippet is None:
        start_ms = int(rng.integers(0, 1500))
        span = Span(start_ms=start_ms, end_ms=start_ms + int(rng.integers(200, 900)))
        # A span that holds nothing but names is refused: another one is drawn.
        with suppress(Invalid):
            snippet = make_snippet(
                path,
                span=span,
                words=words,
                locale="en-US",
                timing=TimingSource.HUMAN,
                key=seed.to_bytes(32),
                filler=filler,
            )
    made, _ = soundfile.read(io.BytesIO(snippet.wav), dtype="float32")
    return snippet, made, read_window(path, snippet.start_ms, snippet.end_ms).samples


def masked_pairs(
    snippet: Snippet, made: np.ndarray, original: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    parts = [slice(p.start_ms * 16, p.end_ms * 16) for p in snippet.report.masked]
    return [(made[part], original[part]) for part in parts]


def correlation(first: np.ndarray, second: np.ndarray) -> float:
    first, second = first - first.mean(), second - second.mean()
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / norm if norm else 0.0


@pytest.mark.parametrize(("filler", "first"), [("tone", 0), ("noise", 1)])
def test_masked_parts_of_a_hundred_clips_do_not_correlate_with_the_original(
    filler: str, first: int
) -> None:
    made_parts, original_parts = [], []
    clips = [*CLIPS, *FORMATS][-N_CLIPS:]
    for seed, path in list(enumerate(clips))[first::2]:
        for made, original in masked_pairs(*redact(path, seed, filler)):
            made_parts.append(made[: len(original)])
            original_parts.append(original[: len(made)])
    assert sum(map(len, made_parts)) > 60 * 16_000
    assert (
        abs(correlation(np.concatenate(made_parts), np.concatenate(original_parts)))
        < 0.02
    )


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "webm", "amr", "ogg"])
def test_masked_parts_do_not_correlate_in_other_formats(
    suffix: str, tmp_path: Path
) -> None:
    made_parts, original_parts = [], []
    for seed, path in enumerate(CLIPS[::7]):
        options = ("-ar", "8000", "-b:a", "12.2k") if suffix == "amr" else ("-ac", "1")
        encoded = convert(path, tmp_path / f"{seed}.{suffix}", *options)
        for made, original in masked_pairs(*redact(encoded, seed, "noise")):
            made_parts.append(made[: len(original)])
            original_parts.append(original[: len(made)])
    assert (
        abs(correlation(np.concatenate(made_parts), np.concatenate(original_parts)))
        < 0.02
    )


@pytest.mark.parametrize("filler", ["tone", "noise"])
def test_masked_parts_are_the_same_whatever_was_said(
    filler: str, tmp_path: Path
) -> None:
    """The strongest statement: other speech under the mask changes no byte of the
    snippet.
    """
    for seed, path in enumerate(CLIPS[::10]):
        snippet, _, _ = redact(path, seed, filler)
        samples, rate_hz = soundfile.read(path, dtype="float32")
        other, _ = soundfile.read(CLIPS[(seed * 10 + 55) % len(CLIPS)], dtype="float32")
        other = np.resize(other, len(samples))
        for part in snippet.report.masked:
            at = slice(
                *((snippet.start_ms + ms) * 16 for ms in (part.start_ms, part.end_ms))
            )
            samples[at] = other[at]
        swapped = tmp_path / f"{zlib.crc32(str(path).encode())}.flac"
        soundfile.write(swapped, samples, rate_hz)
        again, _, _ = redact(swapped, seed, filler)
        assert again.wav == snippet.wav
