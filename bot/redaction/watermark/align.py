"""The place of a snippet in a leaked sound, and how much slower or higher it is played.

Only the two sounds are compared, never the chips of a candidate, so that the search
costs nothing in the odds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft, ndimage

from bot.redaction.watermark.mark import SLOT
from bot.redaction.watermark.played import SPEEDS
from bot.redaction.watermark.tiles import Image, Values

MAX_STRETCH = 0.06
_COARSE = 0.005
_FINE = 0.001
# The grid has one point every 256 frames of sound, half a slot.
_GRID = 256
_JITTER = 96 * np.arange(
    -6,
    7,
    # A time-stretcher moves sound by up to 30 ms either way.
)
_JITTER_FRAMES = 24 * SLOT
_FLOOR = 1e-3


@dataclass(frozen=True)
class Alignment:
    """The place and the speed of a snippet in a leak.

    Slot 0 lies at `offset` (frames of the leak). A slot lasts `stretch` times as long
    as in the original, and every frequency is `pitch` times as high. `likeness` is the
    correlation of the two, up to 1.
    """

    offset: float
    stretch: float
    pitch: float
    likeness: float


def stretches(step: float, reach: float) -> list[tuple[float, float]]:
    """Return pairs (stretch, pitch) for slower and faster playing.

    The first keep the pitch, the others move it.
    """
    n = round(reach / step)
    factors = [1 + step * k for k in range(-n, n + 1)]
    return [(s, 1.0) for s in factors] + [(s, 1 / s) for s in factors if s != 1]


def align(leak: Image, original: Image) -> Alignment:
    """Return the best place of `original` in `leak`, by the loudness of bands over time."""
    wanted = _contrast(original, 1.0, 1.0)
    coarse_steps = stretches(_COARSE, MAX_STRETCH) + _player_stretches()
    coarse = _best_place(leak, wanted, coarse_steps)
    fine_steps = []
    for k in range(-4, 5):
        stretch = coarse.stretch + _FINE * k
        pitch = 1.0
        if coarse.pitch != 1.0:
            pitch = 1 / stretch
        fine_steps.append((stretch, pitch))
    return _best_place(leak, wanted, fine_steps)


def align_played(leak: Image, played: Image) -> Alignment:
    """Return the place of a snippet that is played as fast as the leak, to 1 %."""
    wanted = _contrast(played, 1.0, 1.0)
    steps = [(1 + 2 * _FINE * k, 1.0) for k in range(-5, 6)]
    return _best_place(leak, wanted, steps)


def _player_stretches() -> list[tuple[float, float]]:
    """Return the stretches by the page's player, and a little drift of each."""
    found = []
    for speed in SPEEDS:
        for drift in (1 - _COARSE, 1.0, 1 + _COARSE):
            found.append((drift / speed, 1.0))
    return found


def _best_place(
    leak: Image,
    wanted: Values,
    steps: Sequence[tuple[float, float]],
) -> Alignment:
    places = [_place(leak, wanted, stretch, pitch) for stretch, pitch in steps]
    return max(places, key=lambda place: place.likeness)


def follow(
    leak: Image,
    original: Values,
    edges: Values,
    pitch: float,
) -> Values:
    """Return the energies of the leak's tiles beside `original`'s, (n_tiles, N_BANDS).

    `edges`: the tiles' edges in frames of the leak. Every tile is taken from the place
    where three quarters of a second around it fit best.
    """
    shifted = np.stack([leak.energies(edges + shift, pitch) for shift in _JITTER])
    fit = (_levels(shifted) * _levels(original)).sum(axis=2)
    n_tiles_around = _JITTER_FRAMES / (edges[1] - edges[0])
    smooth = ndimage.gaussian_filter1d(fit, n_tiles_around / 4, axis=1)
    best = smooth.argmax(axis=0)
    return np.asarray(shifted[best, np.arange(len(original))])


def _place(
    leak: Image,
    wanted: Values,
    stretch: float,
    pitch: float,
) -> Alignment:
    found = _contrast(leak, stretch, pitch)
    size = fft.next_fast_len(len(found) + len(wanted), real=True)
    found_spectrum = fft.rfft(found, size, axis=0)
    wanted_spectrum = fft.rfft(wanted, size, axis=0)
    product = found_spectrum * np.conj(wanted_spectrum)
    match = fft.irfft(product.sum(axis=1), size)
    lag = int(match.argmax())
    before = match[lag - 1]
    top = match[lag]
    after = match[(lag + 1) % size]
    bend = before - 2 * top + after
    between = 0.0
    if bend < 0:
        between = 0.5 * (before - after) / bend
    first = lag
    if lag > size - len(wanted):
        first = lag - size
    powers = np.sqrt(np.square(wanted).sum() * np.square(found).sum())
    return Alignment(
        offset=(first + between) * _GRID * stretch,
        stretch=stretch,
        pitch=pitch,
        likeness=top / (powers + 1e-12),
    )


def _contrast(
    image: Image,
    stretch: float,
    pitch: float,
) -> Values:
    step = _GRID * stretch
    n_edges = int(image.n_frames / step) + 2
    edges = np.asarray(step * (np.arange(n_edges) - 0.5), dtype=np.float64)
    return _levels(image.energies(edges, pitch))


def _levels(energies: Values) -> Values:
    """Return the loudness in dB against the mean of its band; silence has one value."""
    floor = _FLOOR * energies.mean(axis=(-2, -1), keepdims=True) + 1e-12
    decibels = 10 * np.log10(energies + floor)
    return np.asarray(decibels - decibels.mean(axis=-2, keepdims=True))


def n_slots_of(image: Image) -> int:
    """Return the number of slots in the whole pairs of slots that fit."""
    return image.n_frames // (2 * SLOT) * 2
