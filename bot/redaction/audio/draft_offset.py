"""Measure the delay of a draft's words by where the sound is loud."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.redaction.audio.codec import Window
from bot.redaction.audio.signal import RATE_HZ
from storage.records import Word

MAX_OFFSET_MS = 500
_FRAME_MS = 10
_FRAME_LENGTH = RATE_HZ * _FRAME_MS // 1000
_MAX_LAG = MAX_OFFSET_MS // _FRAME_MS
# Without pauses, or without a difference between loud and quiet, nothing can be seen.
_LEAST_SHARE, _MOST_SHARE = 0.1, 0.9
_MIN_RANGE_DB = 10.0
_MIN_LIKENESS = 0.4

Frames = NDArray[np.float64]


def draft_offset_ms(window: Window, words: Sequence[Word]) -> int | None:
    """Return by how much the words are late, in steps of 10 ms; early is negative.

    It is the shift at which words and loud sound agree best, at most half a second. None
    where the window has no pauses or too little contrast to see it.
    """
    loudness = _loudness(window)
    spoken = _spoken(words, window.start_ms, len(loudness))
    if len(loudness) <= 2 * _MAX_LAG:
        return None
    if np.ptp(loudness) == 0:
        return None
    if not _LEAST_SHARE < spoken.mean() < _MOST_SHARE:
        return None
    lags = range(-_MAX_LAG, _MAX_LAG + 1)
    likeness = [_likeness(loudness, spoken, lag) for lag in lags]
    best = int(np.argmax(likeness))
    if likeness[best] < _MIN_LIKENESS:
        return None
    return lags[best] * _FRAME_MS


def _loudness(window: Window) -> Frames:
    """Return the level of each frame between the window's quiet and loud, 0 to 1."""
    n_frames = len(window.samples) // _FRAME_LENGTH
    if n_frames == 0:
        return np.zeros(0)
    frames = window.samples[: n_frames * _FRAME_LENGTH].reshape(n_frames, -1)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    levels_db: Frames = 10 * np.log10(power + 1e-9)
    quiet_db, loud_db = np.percentile(levels_db, [10, 90])
    if loud_db - quiet_db < _MIN_RANGE_DB:
        return np.zeros(n_frames)
    shares: Frames = (levels_db - quiet_db) / (loud_db - quiet_db)
    return shares.clip(0, 1)


def _spoken(
    words: Sequence[Word],
    start_ms: int,
    n_frames: int,
) -> Frames:
    """Return 1 for the frames that a word covers, 0 for the others."""
    spoken = np.zeros(n_frames)
    for word in words:
        first = max((word.start_ms - start_ms) // _FRAME_MS, 0)
        last = max((word.end_ms - start_ms) // _FRAME_MS, 0)
        spoken[first:last] = 1
    return spoken


def _likeness(
    loudness: Frames,
    spoken: Frames,
    lag: int,
) -> float:
    """Return the correlation of the sound with the words `lag` frames later."""
    inner = slice(_MAX_LAG, len(loudness) - _MAX_LAG)
    shifted = spoken[inner.start + lag : inner.stop + lag]
    if np.ptp(shifted) == 0:
        return 0.0
    if np.ptp(loudness[inner]) == 0:
        return 0.0
    return float(np.corrcoef(loudness[inner], shifted)[0, 1])
