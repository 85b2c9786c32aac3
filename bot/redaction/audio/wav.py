"""16 kHz mono 16-bit WAV with nothing in it but the sound, by NumPy alone.

A listen's mark is written between the press of play and the sound, so this module
imports neither soundfile nor ffmpeg.
"""

import io
import wave

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.signal import RATE_HZ, Samples

_FULL_SCALE = 32_768


def encode_wav(samples: Samples) -> bytes:
    """Return `samples`, shape (frames,), as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(to_int16(samples).tobytes())
    return buffer.getvalue()


def decode_wav(wav: bytes) -> Samples:
    """Return the samples of a file that `encode_wav` wrote, shape (frames,)."""
    with wave.open(io.BytesIO(wav)) as file:
        whole = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return whole.astype(np.float32) / np.float32(_FULL_SCALE)


def to_int16(samples: Samples) -> npt.NDArray[np.int16]:
    """Return `samples` as little-endian 16-bit integers, clipped at full scale."""
    whole = np.rint(samples * _FULL_SCALE)
    return np.clip(whole, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")
