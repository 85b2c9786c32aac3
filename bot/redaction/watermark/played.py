"""A snippet as the page's player plays it slower or faster.

The player joins pieces of the sound (`time_stretch.js`: waveform similarity
overlap-add). It leaves parts out, or plays them twice, so that a slot of the mark has
no one place in the leak. The same is done here to the unmarked snippet, which shows
the part of the snippet that each moment of the leak comes from.
"""

from dataclasses import dataclass

import numpy as np

from bot.redaction.audio.signal import RATE_HZ, Samples
from bot.redaction.watermark.mark import SLOT
from bot.redaction.watermark.tiles import STEP, Image, Values, image_of

# These speeds are those of the page's player, without the usual one.
SPEEDS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.25, 1.5, 1.75, 2.0)
_WINDOW_S = 0.036
_SEARCH_S = 0.009
_HOP = round(_WINDOW_S * RATE_HZ / 2)
_PIECE = 2 * _HOP
_SEARCH = round(_SEARCH_S * RATE_HZ)
_MARGIN = 4 * _PIECE + _SEARCH
_DRIFT = 0.01


@dataclass(frozen=True)
class Played:
    """A snippet at another speed.

    `shares[s, t]` is the share of slot s of the snippet in tile t of `image`, where a
    tile lasts one STEP.
    """

    image: Image
    shares: Values


def speed_of(stretch: float) -> float | None:
    """Return the player's speed that lengthens a sound by `stretch`, or None."""
    for speed in SPEEDS:
        if abs(stretch * speed - 1) <= _DRIFT:
            return speed
    return None


def play(original: Image, speed: float) -> Played:
    """Return the snippet as the player plays it at `speed`."""
    samples = original.samples
    starts = piece_starts(samples, speed)
    image = image_of(join_pieces(samples, speed, starts))
    return Played(image, _shares(starts, original.n_frames, image.n_frames))


def piece_starts(samples: Samples, speed: float) -> list[int]:
    """Return the frame at which each joined piece begins; it may lie outside.

    Pieces follow each other by `_HOP` frames in the output. Each is the one, within
    `_SEARCH` frames, that resembles best the natural continuation of the last.
    """
    padded = np.pad(samples, _MARGIN)
    length = round(len(samples) / speed)
    natural = _MARGIN
    starts = []
    for at in range(0, length + _HOP, _HOP):
        start = int(np.floor(at * speed + 0.5)) - _HOP + _MARGIN
        if at > 0:
            start += _best_shift(padded, start, natural)
        starts.append(start - _MARGIN)
        natural = start + _HOP
    return starts


def join_pieces(
    samples: Samples,
    speed: float,
    starts: list[int],
) -> Samples:
    """Return the pieces faded into each other."""
    padded = np.pad(samples, _MARGIN)
    length = round(len(samples) / speed)
    fade = np.hanning(_PIECE + 1)[:-1].astype(np.float32)
    out = np.zeros(length + 2 * _PIECE, dtype=np.float32)
    for number, start in enumerate(starts):
        at = number * _HOP
        first = start + _MARGIN
        out[at : at + _PIECE] += padded[first : first + _PIECE] * fade
    return out[_HOP : _HOP + length]


def _best_shift(
    padded: Samples,
    start: int,
    natural: int,
) -> int:
    """Return the shift whose piece resembles best the natural continuation."""
    wanted = padded[natural : natural + _HOP : 2]
    around = padded[start - _SEARCH : start + _SEARCH + _HOP]
    pieces = np.lib.stride_tricks.sliding_window_view(around, _HOP)[::2, ::2]
    energies = np.square(pieces).sum(axis=1) + 1e-9
    likeness = (pieces @ wanted) / np.sqrt(energies)
    return 2 * int(likeness.argmax()) - _SEARCH


def _shares(
    starts: list[int],
    n_original: int,
    n_played: int,
) -> Values:
    """Return the share of each whole slot in each tile, (n_slots, n_tiles)."""
    n_slots = n_original // (2 * SLOT) * 2
    n_tiles = n_played // STEP
    fade = np.hanning(_PIECE + 1)[:-1]
    frames = np.arange(_PIECE)
    shares = np.zeros((n_slots, n_tiles))
    for number, start in enumerate(starts):
        tiles = (number * _HOP - _HOP + frames) // STEP
        # Slots begin half a hop of the mark early.
        slots = (start + frames + 128) // SLOT
        is_inside = (tiles >= 0) & (tiles < n_tiles) & (slots >= 0) & (slots < n_slots)
        np.add.at(
            shares,
            (slots[is_inside], tiles[is_inside]),
            fade[is_inside] / STEP,
        )
    return shares
