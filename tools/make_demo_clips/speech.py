"""Synthesised speech with the times of its words, checked against its own sound."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE_HZ = 16_000
_FRAME = RATE_HZ // 100  # 10 ms
_SILENT_DB = (
    -50.0
)  # below the loudest frame; synthesisers are digitally silent in pauses


class SpokenWord(NamedTuple):
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Speech:
    """`samples`: float32, shape (frames,), in [-1, 1]."""

    samples: NDArray[np.float32]
    rate_hz: int
    words: tuple[SpokenWord, ...]


def prepared(
    speech: Speech,
    pitch: float = 1.0,
    rms: float = 0.06,
) -> Speech:
    """Return the speech at 16 kHz and an even loudness, words trimmed to their sound.

    `pitch` 1.1 plays the speech a tenth faster and higher, as a tape would.
    """
    up, down = RATE_HZ, round(speech.rate_hz * pitch)
    samples = resample_poly(speech.samples, up, down).astype(np.float32)
    loudness = np.sqrt(np.mean(samples[np.abs(samples) > 0.01] ** 2))
    even = np.clip(samples * (rms / loudness), -0.98, 0.98).astype(np.float32)
    scale = speech.rate_hz / down
    words = tuple(SpokenWord(w.start_s * scale, w.end_s * scale) for w in speech.words)
    levels = levels_db(even)
    return Speech(even, RATE_HZ, tuple(_trimmed(word, levels) for word in words))


def levels_db(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the level of each 10 ms, in dB below the loudest 10 ms."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1) + 1e-12
    return np.asarray(10 * np.log10(power / power.max()), dtype=np.float32)


def _trimmed(word: SpokenWord, levels: NDArray[np.float32]) -> SpokenWord:
    """Return the word without the silence before and after it.

    Raises `ValueError` if there is only silence.
    """
    first, last = round(word.start_s * 100), round(word.end_s * 100)
    sounding = np.flatnonzero(levels[first:last] > _SILENT_DB)
    if len(sounding) < 4:
        raise ValueError(
            f"nothing is heard from {word.start_s:.2f} to {word.end_s:.2f} s"
        )
    return SpokenWord(
        max(word.start_s, (first + int(sounding[0])) / 100),
        min(word.end_s, (first + int(sounding[-1]) + 1) / 100),
    )


def check_words(speech: Speech) -> None:
    """Raise `ValueError` unless words hold the sound and the gaps none."""
    levels = levels_db(speech.samples)
    outside = np.ones(len(levels), dtype=bool)
    for word in speech.words:
        outside[max(0, round(word.start_s * 100) - 2) : round(word.end_s * 100) + 2] = (
            False
        )
    if outside.any() and levels[outside].max() > -25:
        at = float(np.flatnonzero(outside)[levels[outside].argmax()]) / 100
        raise ValueError(f"sound outside every word at {at:.2f} s")
