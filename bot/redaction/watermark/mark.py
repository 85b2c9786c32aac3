"""An inaudible mark of one listen: the loudness of small tiles of the sound, up or down
a little.

A tile is one slot of time in one band of frequency. Every chip, a secret fair coin,
decides over a pair of neighbouring slots in its band: first up, then down, or the
reverse. Loudness of tiles is what lossy coding, resampling and noise leave alone; the
pair cancels volume, equalisers and most of the speech itself.
"""

import hashlib
import hmac

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import decode_wav, encode_wav

Chips = npt.NDArray[np.float64]

SECRET_SEED = b"watermark"  # what the master key derives the secret of all marks from
DEPTH_DB = 1.0
LOW_HZ, BAND_HZ, N_BANDS = (
    300.0,
    125.0,
    25,
)  # up to 3425 Hz, within what a telephone line keeps
HOP = 256  # frames of sound between two gains
SLOT_HOPS = 2
SLOT = SLOT_HOPS * HOP
MAX_PAIRS = 10 * RATE_HZ // (2 * SLOT) + 1
_WINDOW = 2 * HOP


def mark_wav(
    wav: bytes,
    secret: bytes,
    listen_id: str,
) -> bytes:
    """Return a 16 kHz mono 16-bit WAV of at most 10 s with the mark of one listen.

    The same arguments give the same bytes.
    """
    return encode_wav(mark(decode_wav(wav), chips(secret, listen_id)))


def chips(secret: bytes, listen_id: str) -> Chips:
    """The listen's coins, -1 or 1, shape (MAX_PAIRS, N_BANDS).

    To whoever lacks `secret` they are fair and independent of everything (HMAC is a
    pseudo-random function), and that is all the odds of error rest on.
    """
    seed = hmac.digest(secret, b"help-clip watermark\n" + listen_id.encode(), "sha256")
    stream = hashlib.shake_256(seed).digest((MAX_PAIRS * N_BANDS + 7) // 8)
    bits = np.unpackbits(np.frombuffer(stream, dtype=np.uint8))[: MAX_PAIRS * N_BANDS]
    return np.where(bits.reshape(MAX_PAIRS, N_BANDS) == 1, 1.0, -1.0)


def mark(samples: Samples, coins: Chips) -> Samples:
    """`samples` (float32, shape (frames,)) with every tile louder or softer by
    DEPTH_DB.
    """
    n_frames = len(samples)
    n_hops = -(-n_frames // HOP) + 1
    padded = np.zeros((n_hops + 1) * HOP, dtype=np.float32)
    padded[HOP : HOP + n_frames] = samples
    window = np.sin(np.pi * (np.arange(_WINDOW, dtype=np.float32) + 0.5) / _WINDOW)
    halves = padded.reshape(-1, HOP)
    spectra = np.fft.rfft(np.hstack([halves[:-1], halves[1:]]) * window)
    changed = (
        np.fft.irfft(spectra * _gains(n_hops, coins), _WINDOW).astype(np.float32)
        * window
    )
    out = np.zeros_like(padded).reshape(-1, HOP)
    out[:-1] += changed[:, :HOP]
    out[1:] += changed[:, HOP:]
    marked: Samples = out.ravel()[HOP : HOP + n_frames]
    return marked


def _gains(n_hops: int, coins: Chips) -> Samples:
    """Factors of shape (n_hops, bins): 1 outside the bands."""
    ups_and_downs = np.stack([coins, -coins], axis=1).reshape(-1, N_BANDS)
    by_hop = np.repeat(ups_and_downs, SLOT_HOPS, axis=0)[:n_hops]
    bins_hz = np.arange(_WINDOW // 2 + 1) * RATE_HZ / _WINDOW
    band = np.floor((bins_hz - LOW_HZ) / BAND_HZ).astype(int)
    inside = (band >= 0) & (band < N_BANDS)
    decibels = np.zeros((n_hops, len(bins_hz)))
    decibels[: len(by_hop), inside] = DEPTH_DB * by_hop[:, band[inside]]
    return np.asarray(10 ** (decibels / 20), dtype=np.float32)
