"""One job with libsndfile: frames around a window, as they are in the file."""

import json
import os
from collections.abc import Mapping
from math import gcd

import soundfile

LOWEST_RATE_HZ = 4_000
HIGHEST_RATE_HZ = 192_000
MOST_CHANNELS = 8
# This is longer than any recording; libsndfile reports such a number for an unknown
# length.
_MOST_SECONDS = 1_000_000


def read(
    recording: int,
    reply: int,
    start_ms: int,
    end_ms: int,
) -> None:
    """Write a line of JSON on the recording, then its frames of [start_ms, end_ms).

    The frames are float32, interleaved, at the file's own rate. The line says which of
    them comes first; it holds no frames where the rate or the channels are refused.
    Raises SoundFileError and ValueError for what libsndfile cannot read.
    """
    with soundfile.SoundFile(recording, closefd=False) as file:
        rate_hz = file.samplerate
        about = {
            "rate_hz": rate_hz,
            "n_channels": file.channels,
        }
        if not is_readable(rate_hz, file.channels):
            _write(reply, _line(about))
            return
        # The size is a whole number of frames.
        step_ms = 1000 // gcd(1000, rate_hz)
        first_ms = start_ms // step_ms * step_ms
        about["first_ms"] = first_ms
        about["n_frames"] = 0
        if file.frames < rate_hz * _MOST_SECONDS:
            about["n_frames"] = file.frames
        first = first_ms * rate_hz // 1000
        n_wanted = (end_ms - first_ms) * rate_hz // 1000
        frames = memoryview(b"")
        if first < file.frames:
            file.seek(first)
            # NumPy is not used: it would double the memory from which each job is
            # forked.
            frames = memoryview(file.buffer_read(n_wanted, dtype="float32"))
    _write(reply, _line(about))
    _write(reply, frames.cast("B"))


def is_readable(rate_hz: int, n_channels: int) -> bool:
    """Return whether the bot accepts this rate and number of channels."""
    has_right_rate = LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ
    return has_right_rate and 1 <= n_channels <= MOST_CHANNELS


def _line(about: Mapping[str, int]) -> memoryview:
    return memoryview(json.dumps(about).encode() + b"\n")


def _write(reply: int, left: memoryview) -> None:
    while left:
        left = left[os.write(reply, left) :]
