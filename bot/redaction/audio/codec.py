"""Files in, samples out, and back: the only place that knows audio formats."""

import io
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from pathlib import Path

import numpy as np
import soundfile

from bot.errors import Invalid
from bot.redaction.audio import ffmpeg
from bot.redaction.audio.containers import adts_delay_s, sniff
from bot.redaction.audio.resampling import resample
from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import to_int16

__all__ = [
    "RATE_HZ",
    "Samples",
    "Window",
    "encode_flac",
    "read_window",
    "sniff",
]

MAX_WINDOW_MS = 10_000
_MARGIN_MS = (
    250  # read around the window: resampling filters and lossy decoders need a run-up
)
_FFMPEG_MARGIN_MS = 20  # for the resampling alone; ffmpeg is given its own run-up
_LOWEST_RATE_HZ = 4_000
_HIGHEST_RATE_HZ = 192_000
_MOST_CHANNELS = 8
_BY_SNDFILE = {"wav", "flac", "ogg", "mp3", "aiff", "caf", "au", "w64"}


@dataclass(frozen=True)
class Window:
    """`samples`: float32 mono at 16 kHz, shape (frames,), in [-1, 1].

    `start_ms` is where the window begins on the clip; `clip_duration_ms` is None where
    the format does not tell without decoding everything.
    """

    samples: Samples
    start_ms: int
    clip_duration_ms: int | None


def read_window(path: Path, start_ms: int, end_ms: int) -> Window:
    """The part `[start_ms, end_ms)` of a recording, shortened to what exists of it.

    Raises Invalid, with a sentence for people, for what cannot be read or lies outside.
    """
    start_ms = max(0, start_ms)
    if not 0 < end_ms - start_ms <= MAX_WINDOW_MS:
        raise Invalid(
            "A snippet may be at most 10 seconds long. Choose a shorter part."
        )
    container = _container_of(path)
    if container in _BY_SNDFILE:
        try:
            return _read_by_sndfile(path, start_ms, end_ms)
        except (soundfile.SoundFileError, ValueError):
            # Such as AAC in CAF or Speex in Ogg, which ffmpeg knows; ValueError is what
            # soundfile raises when a damaged file reports a position behind its end.
            pass
    if not ffmpeg.can_decode(container):
        raise Invalid(
            "This file is not a recording in a format we know. "
            "Use WAV, FLAC, Ogg, MP3, M4A, MP4, AAC, AMR, WebM, 3GP, AIFF or CAF."
        )
    return _read_by_ffmpeg(path, container, start_ms, end_ms)


def encode_flac(samples: Samples) -> bytes:
    """Return 16 kHz mono 16-bit FLAC, about half the bytes of the same WAV."""
    buffer = io.BytesIO()
    soundfile.write(buffer, to_int16(samples), RATE_HZ, format="FLAC", subtype="PCM_16")
    return buffer.getvalue()


def _container_of(path: Path) -> str:
    try:
        if path.stat().st_size == 0:
            raise Invalid(
                "This recording is empty (0 bytes). Ask for it to be uploaded again."
            )
        return sniff(path)
    except OSError as error:
        raise Invalid(
            "This recording cannot be opened. Check that it is still there."
        ) from error


def _read_by_sndfile(path: Path, start_ms: int, end_ms: int) -> Window:
    with soundfile.SoundFile(path) as file:
        rate_hz = file.samplerate
        if (
            not _LOWEST_RATE_HZ <= rate_hz <= _HIGHEST_RATE_HZ
            or file.channels > _MOST_CHANNELS
        ):
            raise Invalid(
                "This recording's header makes no sense. Convert it to WAV, then ask again."
            )
        duration_ms = file.frames * 1000 // rate_hz
        if start_ms >= duration_ms:
            raise _beyond_the_end(duration_ms)
        step_ms = 1000 // gcd(1000, rate_hz)  # a whole number of frames
        first_ms = max(0, start_ms - _MARGIN_MS) // step_ms * step_ms
        file.seek(first_ms * rate_hz // 1000)
        n_frames = (end_ms + _MARGIN_MS - first_ms) * rate_hz // 1000
        channels = file.read(n_frames, dtype="float32", always_2d=True)
    samples = _resample(_to_mono(channels), rate_hz)
    return _cut(samples, first_ms, start_ms, end_ms, duration_ms)


def _read_by_ffmpeg(path: Path, container: str, start_ms: int, end_ms: int) -> Window:
    first_ms = max(0, start_ms - _FFMPEG_MARGIN_MS)
    delay_s = adts_delay_s(path) if container == "adts" else 0.0
    length_s = (end_ms + _FFMPEG_MARGIN_MS - first_ms) / 1000
    samples = ffmpeg.decode(path, container, first_ms / 1000 + delay_s, length_s)
    return _cut(_finite(samples), first_ms, start_ms, end_ms, None)


def _cut(
    samples: Samples, first_ms: int, start_ms: int, end_ms: int, duration_ms: int | None
) -> Window:
    per_ms = RATE_HZ // 1000
    inside = samples[(start_ms - first_ms) * per_ms : (end_ms - first_ms) * per_ms]
    if len(inside) == 0:
        raise _beyond_the_end(duration_ms)
    # The resampling filter rings a little above full scale on clipped sound.
    return Window(np.clip(inside, -1, 1), start_ms, duration_ms)


def _beyond_the_end(duration_ms: int | None) -> Invalid:
    if duration_ms is None:
        return Invalid(
            "This part lies beyond the end of the recording. Choose an earlier one."
        )
    return Invalid(
        f"This part lies beyond the end of the recording, which is {duration_ms / 1000:.1f} s long."
        " Choose an earlier one."
    )


def _to_mono(channels: Samples) -> Samples:
    """The mean, or the strongest channel where the mean cancels itself (one wire
    swapped).
    """
    channels = _finite(channels)
    if channels.shape[1] == 1:
        return np.ascontiguousarray(channels[:, 0])
    mean: Samples = channels.mean(axis=1, dtype=np.float32)
    if len(channels) == 0:
        return mean
    powers = np.square(channels).mean(axis=0)
    if np.square(mean).mean() < 0.01 * powers.max():
        return np.asarray(channels[:, powers.argmax()], dtype=np.float32)
    return mean


def _finite(samples: Samples) -> Samples:
    """Floating-point files may hold NaN, infinities and values beyond 1."""
    if not np.isfinite(samples).all():
        samples = np.asarray(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0))
    peak = float(np.abs(samples).max(initial=0.0))
    return samples / np.float32(peak) if peak > 1 else samples


def _resample(samples: Samples, rate_hz: int) -> Samples:
    ratio = Fraction(RATE_HZ, rate_hz).limit_denominator(1000)
    return resample(samples, ratio.numerator, ratio.denominator)
