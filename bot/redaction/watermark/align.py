"""Where in a leaked sound a snippet lies, and how much slower or higher it was played.

Only the two sounds are compared, never a candidate's chips: the search costs nothing in
the odds.
"""

from dataclasses import dataclass

import numpy as np
from scipy import fft, ndimage

from bot.redaction.watermark.mark import SLOT
from bot.redaction.watermark.tiles import Image, Values, slot_edges

MAX_STRETCH = 0.06
_COARSE, _FINE = 0.005, 0.001
_GRID = 256  # frames of sound; half a slot
_JITTER = 96 * np.arange(
    -6, 7
)  # a time-stretcher moves sound by up to 30 ms either way
_JITTER_SLOTS = 24
_FLOOR = 1e-3


@dataclass(frozen=True)
class Alignment:
    """Slot 0 lies at `offset` (frames of the leak); a slot lasts `stretch` times as
    long as it did.

    `pitch`: how much higher every frequency is. `likeness`: correlation of the two, up
    to 1.
    """

    offset: float
    stretch: float
    pitch: float
    likeness: float


def stretches(step: float, reach: float) -> list[tuple[float, float]]:
    """(stretch, pitch): played slower or faster with the pitch kept, and with the pitch
    moved.
    """
    n = round(reach / step)
    factors = [1 + step * k for k in range(-n, n + 1)]
    return [(s, 1.0) for s in factors] + [(s, 1 / s) for s in factors if s != 1]


def align(leak: Image, original: Image) -> Alignment:
    """The best place of `original` in `leak`, by their loudness in bands over time."""
    wanted = _contrast(original, 1.0, 1.0)
    coarse = max(
        (_place(leak, wanted, *how) for how in stretches(_COARSE, MAX_STRETCH)),
        key=lambda found: found.likeness,
    )
    finer = [coarse.stretch + _FINE * k for k in range(-4, 5)]
    kept = coarse.pitch == 1.0
    return max(
        (_place(leak, wanted, s, 1.0 if kept else 1 / s) for s in finer),
        key=lambda found: found.likeness,
    )


def follow(
    leak: Image,
    original: Values,
    at: Alignment,
) -> Values:
    """The leak's tile energies beside `original`'s, shape (n_slots, N_BANDS).

    Every slot is looked up where half a second around it fits best.
    """
    n_slots = len(original)
    shifted = np.stack(
        [
            leak.energies(slot_edges(n_slots, at.offset + shift, at.stretch), at.pitch)
            for shift in _JITTER
        ]
    )
    fit = (_levels(shifted) * _levels(original)).sum(axis=2)
    smooth = ndimage.gaussian_filter1d(fit, _JITTER_SLOTS / 4, axis=1)
    best = smooth.argmax(axis=0)
    return np.asarray(shifted[best, np.arange(n_slots)])


def _place(
    leak: Image,
    wanted: Values,
    stretch: float,
    pitch: float,
) -> Alignment:
    found = _contrast(leak, stretch, pitch)
    size = fft.next_fast_len(len(found) + len(wanted), real=True)
    product = fft.rfft(found, size, axis=0) * np.conj(fft.rfft(wanted, size, axis=0))
    match = fft.irfft(product.sum(axis=1), size)
    lag = int(match.argmax())
    before, top, after = match[lag - 1], match[lag], match[(lag + 1) % size]
    bend = before - 2 * top + after
    between = 0.5 * (before - after) / bend if bend < 0 else 0.0
    first = lag - size if lag > size - len(wanted) else lag
    powers = np.sqrt(np.square(wanted).sum() * np.square(found).sum())
    return Alignment(
        (first + between) * _GRID * stretch, stretch, pitch, top / (powers + 1e-12)
    )


def _contrast(
    image: Image,
    stretch: float,
    pitch: float,
) -> Values:
    step = _GRID * stretch
    edges = np.asarray(
        step * (np.arange(int(image.n_frames / step) + 2) - 0.5), dtype=np.float64
    )
    return _levels(image.energies(edges, pitch))


def _levels(energies: Values) -> Values:
    """Loudness in dB against the mean of its band; what is silent has one value."""
    floor = _FLOOR * energies.mean(axis=(-2, -1), keepdims=True) + 1e-12
    decibels = 10 * np.log10(energies + floor)
    return np.asarray(decibels - decibels.mean(axis=-2, keepdims=True))


def n_slots_of(image: Image) -> int:
    """How many whole pairs of slots fit, in slots."""
    return image.n_frames // (2 * SLOT) * 2
