"""A leaked recording in, who may have leaked it out: what `help-clip trace`
computes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.errors import Invalid
from bot.redaction.audio.codec import MAX_WINDOW_MS, read_window
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import decode_wav
from bot.redaction.watermark.detect import Score, score_beside, score_blind
from bot.redaction.watermark.mark import chips
from bot.redaction.watermark.tiles import Image, image_of

MAX_LEAK_MS = 60_000
MIN_LEAK_MS = 500


def read_leak(path: Path) -> Samples:
    """The first minute of a recording in any format we know, float32 mono at 16 kHz.

    Raises Invalid for what cannot be read, or is too short to say anything.
    """
    pieces = [read_window(path, 0, MAX_WINDOW_MS).samples]
    for start_ms in range(MAX_WINDOW_MS, MAX_LEAK_MS, MAX_WINDOW_MS):
        if len(pieces[-1]) < MAX_WINDOW_MS * RATE_HZ // 1000:
            break
        try:
            pieces.append(read_window(path, start_ms, start_ms + MAX_WINDOW_MS).samples)
        except Invalid:  # some formats tell their length only by ending
            break
    samples = np.concatenate(pieces)
    if len(samples) < MIN_LEAK_MS * RATE_HZ // 1000:
        raise Invalid(
            "This recording is shorter than half a second, which is too little to trace."
        )
    return samples


@dataclass(frozen=True)
class Leak:
    """A recording made ready to be compared."""

    image: Image

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
        """One score a listen of one snippet; `original` is the unmarked WAV if there is
        one.

        Unless it `is_sure` that this is what was heard, the search is done blind as
        well. Each of
        `secrets` may have been the one in use; all are tried. Whatever is tried is
        counted.
        """
        snippet = None if original is None else image_of(decode_wav(original))
        tried: list[list[Score]] = []
        for secret in secrets:
            candidates = [chips(secret, listen_id) for listen_id in listen_ids]
            if snippet is not None:
                tried.append(score_beside(self.image, snippet, candidates))
            if snippet is None or not is_sure:
                tried.append(score_blind(self.image, candidates))
        return [
            Score(max(score.z for score in each), sum(score.places for score in each))
            for each in zip(*tried, strict=True)
        ]
