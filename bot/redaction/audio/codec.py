"""Decode and encode recordings: the only module that chooses the decoder."""

import io
import json
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

import numpy as np
import soundfile

from bot.errors import Invalid
from bot.redaction.audio import ffmpeg
from bot.redaction.audio.containers import head_of, name_of_other, sniff
from bot.redaction.audio.decoder.client import (
    decode_with_ffmpeg,
    decode_with_sndfile,
)
from bot.redaction.audio.decoder.sndfile import MOST_CHANNELS, is_readable
from bot.redaction.audio.folding import to_mono
from bot.redaction.audio.opening import Recording, open_recording
from bot.redaction.audio.places import finds_places, may_jump
from bot.redaction.audio.resampling import resample
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import to_int16
from bot.text import text

__all__ = [
    "RATE_HZ",
    "Samples",
    "Window",
    "encode_flac",
    "read_window",
    "sniff",
]

MAX_WINDOW_MS = 10_000
# Resampling filters and lossy decoders need a run-up.
_MARGIN_MS = 250
# This run-up is for the resampling alone: ffmpeg is given its own.
_FFMPEG_MARGIN_MS = 20
# Decoding this much costs about as much as a jump saves. Only formats with time stamps
# are jumped in: in any other a jump lands seconds away, or at a count of bytes (G.722
# in WAV: at twice the time).
_DECODED_MS = 10_000
_MOST_LINE_BYTES = 1_000
_BY_SNDFILE = {"wav", "flac", "ogg", "mp3", "aiff", "caf", "au", "w64", "sphere"}
# After a jump to a place that lies too late, at least this much is silent.
_LATE_MS = 20
# A window that lacks less than this to its end is whole: lengths are rounded.
_ROUNDING_MS = 2


@dataclass(frozen=True)
class Window:
    """A decoded window of a recording.

    `samples`: float32 mono at 16 kHz, shape (frames,), in [-1, 1]. `start_ms` is where
    the window begins on the clip. `clip_duration_ms` is the duration in the file's
    header, or None where the header has none or an impossible one.
    """

    samples: Samples
    start_ms: int
    clip_duration_ms: int | None


@dataclass(frozen=True)
class _Part:
    """The requested part `[start_ms, end_ms)`."""

    start_ms: int
    end_ms: int

    def cut(self, samples: Samples, first_ms: int) -> Samples:
        """Return the part of samples that begin at `first_ms`, in [-1, 1]."""
        per_ms = RATE_HZ // 1000
        start = (self.start_ms - first_ms) * per_ms
        end = (self.end_ms - first_ms) * per_ms
        # The resampling filter rings a little above full scale on clipped sound.
        return np.clip(samples[start:end], -1, 1)

    def is_heard(self, samples: Samples) -> bool:
        """Return whether the samples reach to the part's end and begin with sound."""
        first = samples[: _LATE_MS * RATE_HZ // 1000]
        return self.is_whole(samples) and bool(first.any())

    def is_whole(self, samples: Samples) -> bool:
        """Return whether the samples reach to the part's end."""
        found_ms = len(samples) * 1000 // RATE_HZ
        return found_ms >= self.end_ms - self.start_ms - _ROUNDING_MS


@dataclass(frozen=True)
class _Decoded:
    """The output of one decoder for a part; `duration_ms` as in `Window`."""

    samples: Samples
    duration_ms: int | None = None


def read_window(
    recording: Recording,
    start_ms: int,
    end_ms: int,
) -> Window:
    """Return the part `[start_ms, end_ms)` of a recording, as much of it as there is.

    Times are on the clock of a plain `ffmpeg -i FILE`. Raises Invalid, with a sentence
    for people, for an unreadable recording and for a part outside the recording.
    """
    start_ms = max(0, start_ms)
    if not 0 < end_ms - start_ms <= MAX_WINDOW_MS:
        raise Invalid(text("redaction.decode.window_too_long"))
    part = _Part(start_ms, end_ms)
    with open_recording(recording) as file:
        container = _container_of(file)
        decoded = _decode(file, container, part)
    if len(decoded.samples) == 0:
        raise _beyond_the_end(decoded.duration_ms)
    duration_ms = decoded.duration_ms
    if duration_ms is not None:
        found_ms = len(decoded.samples) * 1000 // RATE_HZ
        duration_ms = max(duration_ms, start_ms + found_ms)
    return Window(decoded.samples, start_ms, duration_ms)


def encode_flac(samples: Samples) -> bytes:
    """Return 16 kHz mono 16-bit FLAC, about half the bytes of the same WAV."""
    buffer = io.BytesIO()
    soundfile.write(
        buffer,
        to_int16(samples),
        RATE_HZ,
        format="FLAC",
        subtype="PCM_16",
    )
    return buffer.getvalue()


def _container_of(file: BinaryIO) -> str:
    head = head_of(file)
    if not head:
        raise Invalid(text("redaction.decode.empty"))
    container = sniff(file)
    if not container:
        found = text(f"redaction.found.{name_of_other(head)}")
        readable = text("redaction.decode.readable_formats")
        raise Invalid(
            text("redaction.decode.not_a_recording", found=found, readable=readable)
        )
    return container


def _decode(
    file: BinaryIO,
    container: str,
    part: _Part,
) -> _Decoded:
    """Decode with libsndfile, then with ffmpeg if libsndfile finds too little.

    A header is a hint: no part counts as beyond the end until both decoders agree.
    """
    first = None
    if container in _BY_SNDFILE and finds_places(file, container):
        first = _decode_with_sndfile(file, part)
        if first is not None and part.is_whole(first.samples):
            return first
    second = _decode_with_ffmpeg(file, container, part)
    if first is None and second is None:
        kind = text(f"redaction.container.{container.replace('-', '_')}")
        raise Invalid(text("redaction.decode.damaged", kind=kind))
    if second is None:
        # At least one of the two is present.
        assert first is not None
        return first
    if first is None:
        return second
    if len(second.samples) > len(first.samples):
        return _Decoded(second.samples)
    return first


def _decode_with_sndfile(file: BinaryIO, part: _Part) -> _Decoded | None:
    """Return None for files that libsndfile cannot read, such as AAC in CAF."""
    first_ms = max(0, part.start_ms - _MARGIN_MS)
    reply = decode_with_sndfile(file, first_ms, part.end_ms + _MARGIN_MS)
    line, is_there, _ = bytes(reply.content[:_MOST_LINE_BYTES]).partition(b"\n")
    if not reply.is_whole:
        return None
    if not is_there:
        return None
    about = json.loads(line)
    n_line = len(line) + 1
    rate_hz, n_channels = int(about["rate_hz"]), int(about["n_channels"])
    _check(rate_hz, n_channels)
    n_frames = (len(reply.content) - n_line) // (4 * n_channels)
    values = np.frombuffer(
        reply.content, np.float32, count=n_frames * n_channels, offset=n_line
    )
    channels = values.reshape(n_frames, n_channels)
    samples = _at_16_khz(to_mono(channels), rate_hz)
    duration_ms = int(about["n_frames"]) * 1000 // rate_hz
    cut = part.cut(samples, int(about["first_ms"]))
    return _Decoded(cut, duration_ms or None)


def _decode_with_ffmpeg(
    file: BinaryIO,
    container: str,
    part: _Part,
) -> _Decoded | None:
    """Return None for files that ffmpeg cannot read."""
    if part.start_ms > _DECODED_MS and may_jump(file, container):
        decoded = _run_ffmpeg(file, container, part, jump=True)
        # The index may end before the file does, as in two recordings joined together,
        # or name places too late in the file: the time before them would be silent.
        if decoded is not None and part.is_heard(decoded.samples):
            return decoded
    return _run_ffmpeg(file, container, part, jump=False)


def _run_ffmpeg(
    file: BinaryIO,
    container: str,
    part: _Part,
    *,
    jump: bool,
) -> _Decoded | None:
    first_ms = max(0, part.start_ms - _FFMPEG_MARGIN_MS)
    length_s = (part.end_ms + _FFMPEG_MARGIN_MS - first_ms) / 1000
    arguments = ffmpeg.arguments(
        file,
        container,
        first_ms / 1000,
        length_s,
        jump=jump,
    )
    reply = decode_with_ffmpeg(file, arguments)
    n_channels, channels = ffmpeg.channels_of(reply.content, MOST_CHANNELS)
    if n_channels == 0:
        return None
    if channels is None:
        _check(RATE_HZ, n_channels)
        return None
    return _Decoded(part.cut(to_mono(channels), first_ms))


def _check(rate_hz: int, n_channels: int) -> None:
    if is_readable(rate_hz, n_channels):
        return
    if n_channels > MOST_CHANNELS:
        raise Invalid(
            text(
                "redaction.decode.too_many_channels",
                channels=n_channels,
                most=MOST_CHANNELS,
            )
        )
    raise Invalid(text("redaction.decode.odd_rate", rate=rate_hz))


def _beyond_the_end(duration_ms: int | None) -> Invalid:
    if duration_ms is None:
        return Invalid(text("redaction.span.beyond_the_end"))
    seconds = f"{duration_ms / 1000:.1f}"
    return Invalid(text("redaction.decode.beyond_the_end_of", seconds=seconds))


def _at_16_khz(samples: Samples, rate_hz: int) -> Samples:
    ratio = Fraction(RATE_HZ, rate_hz).limit_denominator(1000)
    return resample(samples, ratio.numerator, ratio.denominator)
