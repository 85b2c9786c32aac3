"""An inaudible mark of one listen: small tiles of the sound a little louder or softer.

A tile is one slot of time in one band of frequency. Every chip, a secret fair coin,
decides over a pair of neighbouring slots in its band: first up, then down, or the
reverse. Lossy coding, resampling and noise leave the loudness of tiles alone. The pair
cancels volume, equalisers and most of the speech itself.
"""

import hashlib
import hmac

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.audio.wav import decode_wav, encode_wav

Chips = npt.NDArray[np.float64]

# The master key derives the secret of all marks from this seed.
SECRET_SEED = b"watermark"
DEPTH_DB = 1.0
LOW_HZ, BAND_HZ, N_BANDS = (
    300.0,
    125.0,
    25,
    # The bands reach up to 3425 Hz, which a telephone line keeps.
)
# A hop is the frames of sound between two gains.
HOP = 256
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
    coins = chips(secret, listen_id)
    marked = mark(decode_wav(wav), coins)
    return encode_wav(marked)


def chips(secret: bytes, listen_id: str) -> Chips:
    """Return the coins of a listen, -1 or 1, shape (MAX_PAIRS, N_BANDS).

    Without `secret` they look fair and independent of everything, because HMAC is a
    pseudo-random function. The odds of error rest on nothing else.
    """
    label = b"help-clip watermark\n" + listen_id.encode()
    seed = hmac.digest(secret, label, "sha256")
    n_bits = MAX_PAIRS * N_BANDS
    stream = hashlib.shake_256(seed).digest((n_bits + 7) // 8)
    whole_bytes = np.frombuffer(stream, dtype=np.uint8)
    bits = np.unpackbits(whole_bytes)[:n_bits]
    return np.where(bits.reshape(MAX_PAIRS, N_BANDS) == 1, 1.0, -1.0)


def mark(samples: Samples, coins: Chips) -> Samples:
    """Return the samples with every tile louder or softer by DEPTH_DB.

    `samples`: float32, shape (frames,).
    """
    n_frames = len(samples)
    n_hops = -(-n_frames // HOP) + 1
    padded = np.zeros((n_hops + 1) * HOP, dtype=np.float32)
    padded[HOP : HOP + n_frames] = samples
    positions = np.arange(_WINDOW, dtype=np.float32) + 0.5
    window = np.sin(np.pi * positions / _WINDOW)
    halves = padded.reshape(-1, HOP)
    frames = np.hstack([halves[:-1], halves[1:]])
    spectra = np.fft.rfft(frames * window)
    louder_or_softer = np.fft.irfft(spectra * _gains(n_hops, coins), _WINDOW)
    changed = louder_or_softer.astype(np.float32) * window
    out = np.zeros_like(padded).reshape(-1, HOP)
    out[:-1] += changed[:, :HOP]
    out[1:] += changed[:, HOP:]
    marked: Samples = out.ravel()[HOP : HOP + n_frames]
    return marked


def _gains(n_hops: int, coins: Chips) -> Samples:
    """Return factors of shape (n_hops, bins): 1 outside the bands."""
    ups_and_downs = np.stack([coins, -coins], axis=1).reshape(-1, N_BANDS)
    by_hop = np.repeat(ups_and_downs, SLOT_HOPS, axis=0)[:n_hops]
    bins_hz = np.arange(_WINDOW // 2 + 1) * RATE_HZ / _WINDOW
    band = np.floor((bins_hz - LOW_HZ) / BAND_HZ).astype(int)
    inside = (band >= 0) & (band < N_BANDS)
    decibels = np.zeros((n_hops, len(bins_hz)))
    decibels[: len(by_hop), inside] = DEPTH_DB * by_hop[:, band[inside]]
    return np.asarray(10 ** (decibels / 20), dtype=np.float32)
