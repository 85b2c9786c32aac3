"""Compare a leaked recording with the marks of listens, for `help-clip trace`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from bot.errors import Invalid
from bot.redaction.audio.codec import MAX_WINDOW_MS, read_window
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import decode_wav
from bot.redaction.watermark.blind import Fields, fields_of, score_blind
from bot.redaction.watermark.detect import score_beside
from bot.redaction.watermark.mark import chips
from bot.redaction.watermark.score import Score
from bot.redaction.watermark.tiles import Image, image_of
from bot.text import text

MAX_LEAK_MS = 60_000
MIN_LEAK_MS = 500


def read_leak(path: Path) -> Samples:
    """Return the first minute of a recording, float32 mono at 16 kHz.

    Any known format is read. Raises `Invalid` for a recording that cannot be read, or
    is too short to trace.
    """
    pieces = [read_window(path, 0, MAX_WINDOW_MS).samples]
    for start_ms in range(MAX_WINDOW_MS, MAX_LEAK_MS, MAX_WINDOW_MS):
        if len(pieces[-1]) < MAX_WINDOW_MS * RATE_HZ // 1000:
            break
        try:
            pieces.append(read_window(path, start_ms, start_ms + MAX_WINDOW_MS).samples)
        # Some formats show their length only by ending.
        except Invalid:
            break
    samples = np.concatenate(pieces)
    if len(samples) < MIN_LEAK_MS * RATE_HZ // 1000:
        raise Invalid(text("listening.trace.too_short"))
    return samples


@dataclass(frozen=True)
class Leak:
    """A recording made ready to be compared."""

    image: Image

    @cached_property
    def fields(self) -> Fields:
        """Values for the blind search, the same for every candidate."""
        return fields_of(self.image)

    @classmethod
    def read(cls, path: Path) -> "Leak":
        return cls(image_of(read_leak(path)))

    def scores(
        self,
        original: bytes | None,
        listen_ids: Sequence[str],
        secrets: Sequence[bytes],
        *,
        is_sure: bool = True,
    ) -> list[Score]:
        """Return one score for each listen of one snippet.

        `original` is the unmarked WAV if there is one. Unless it `is_sure` that
        listeners heard this WAV, a blind search is done as well. Each of `secrets` may
        be the right one, so that all are tried. Every try is counted.
        """
        snippet = None
        if original is not None:
            snippet = image_of(decode_wav(original))
        search_blind = snippet is None or not is_sure
        tried: list[list[Score]] = []
        for secret in secrets:
            candidates = [chips(secret, listen_id) for listen_id in listen_ids]
            if snippet is not None:
                tried.append(score_beside(self.image, snippet, candidates))
            if search_blind:
                tried.append(score_blind(self.fields, candidates))
        return [_combined(of_listen) for of_listen in zip(*tried, strict=True)]


def _combined(scores: Sequence[Score]) -> Score:
    """Return the highest score among all places of all tries."""
    z = max(score.z for score in scores)
    places = sum(score.places for score in scores)
    return Score(z, places)
