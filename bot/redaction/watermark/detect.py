"""The listener whose mark a leaked sound carries, and the odds of a mistake.

The sound is turned into one value `v` for each chip without looking at the chips of any
candidate. The score of a candidate is `sum(chip * v) / sqrt(sum(v**2))`. For a listen
without a relation to the sound, chips are independent fair coins. Whatever the sound
is, Hoeffding's inequality (JASA 58, 1963, theorem 2) therefore bounds the chance of a
score of at least z by exp(-z**2 / 2). No distribution of speech or noise is assumed.
The bound is multiplied by the number of places searched.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from bot.redaction.watermark.align import (
    Alignment,
    align,
    align_played,
    follow,
    n_slots_of,
)
from bot.redaction.watermark.mark import N_BANDS, SLOT, Chips
from bot.redaction.watermark.played import play, speed_of
from bot.redaction.watermark.score import Score
from bot.redaction.watermark.tiles import STEP, Image, Values, slot_edges

_CLIP_DB = 6.0
_SWEEPS = 100
# The usual size is an average over these pairs and bands.
AROUND = (2.0, 1.5)
# These slots are a quarter of a second, as echoes in a room last.
_ECHOES = 8


def score_beside(
    leak: Image,
    original: Image,
    candidates: Sequence[Chips],
) -> list[Score]:
    """Return the informed scores, against the unmarked snippet.

    There is one place and one speed, found without the candidates.
    """
    at = align(leak, original)
    speed = speed_of(at.stretch)
    if speed is None:
        values = values_beside(leak, original, at)
    else:
        values = values_played(leak, original, speed)
    z_scores = scores(values, np.asarray(candidates))
    return [Score(z, 1) for z in z_scores]


def scores(values: Values, candidates: Values) -> list[float]:
    """Return one z for each candidate.

    `values`: (n_pairs, N_BANDS), `candidates`: (n, MAX_PAIRS, N_BANDS).
    """
    norm = np.sqrt(np.square(values).sum())
    if norm == 0:
        return [0.0] * len(candidates)
    covered = candidates[:, : len(values)]
    sums = np.einsum("kb,nkb->n", values, covered)
    return list(sums / norm)


def values_beside(
    leak: Image,
    original: Image,
    at: Alignment,
) -> Values:
    """Return how clearly the leak has a louder first and a softer second tile.

    Both are compared with the loudness expected from the original and its echoes.
    """
    n_slots = n_slots_of(original)
    edges = slot_edges(n_slots, at.offset, at.stretch)
    covered = (edges[:-1] > 0) & (edges[1:] < leak.n_frames)
    if covered.sum() <= _ECHOES:
        return np.zeros((n_slots // 2, N_BANDS))
    ours = original.energies(slot_edges(n_slots))
    theirs = follow(leak, ours, edges, at.pitch)
    parts = np.stack([_later(ours, n) for n in range(_ECHOES)])
    change, shares = _compare(theirs, parts, covered)
    # A tile is heard again in each of its echoes, as loudly as that echo has a part in
    # the sound.
    echoed = []
    for n in range(_ECHOES):
        echo = _later(change, -n)
        share = _later(shares[n], -n)
        echoed.append(_contrast(echo, share))
    return np.asarray(np.sum(echoed, axis=0))


def values_played(
    leak: Image,
    original: Image,
    speed: float,
) -> Values:
    """Return the same for a leak that the page's player played at `speed`.

    Its tiles are compared with those of the snippet at that speed, and each slot of the
    mark gets the mean of the tiles that hold a part of the slot.
    """
    played = play(original, speed)
    n_slots, n_tiles = played.shares.shape
    at = align_played(leak, played.image)
    tiles = np.arange(n_tiles + 1.0) * STEP
    edges = at.offset + at.stretch * tiles
    covered = (edges[:-1] > 0) & (edges[1:] < leak.n_frames)
    if covered.sum() <= _ECHOES:
        return np.zeros((n_slots // 2, N_BANDS))
    ours = played.image.energies(tiles)
    theirs = follow(leak, ours, edges, at.pitch)
    change, shares = _compare(theirs, ours[None], covered)
    weight = played.shares @ shares[0]
    change_of_slots = (played.shares @ (change * shares[0])) / (weight + 1e-9)
    tiles_of_slot = SLOT / STEP / speed
    return _contrast(change_of_slots, np.minimum(weight / tiles_of_slot, 1.0))


def _compare(
    theirs: Values,
    parts: Values,
    covered: npt.NDArray[np.bool_],
) -> tuple[Values, Values]:
    """Return how much louder than expected each tile is, in dB, and each part's share.

    `parts`: the snippet and its echoes, (n_parts, n_tiles, N_BANDS).
    """
    gains = _echoes(theirs[covered], parts[:, covered])
    parts = parts * gains[:, None]
    expected = parts.sum(axis=0)
    excess = np.maximum(theirs - expected, 0.0)
    added = np.median(excess[covered], axis=0)
    noise = added + 1e-4 * expected[covered].mean() + 1e-9
    decibels = 10 * np.log10((theirs + noise) / (expected + noise))
    change = decibels * covered[:, None]
    return change, parts / (expected + 3 * noise)


def _contrast(change: Values, shares: Values) -> Values:
    """Return the difference in each pair of tiles, weighted by both tiles' shares.

    It is measured by the usual difference around it, because coding, clipping and
    stretching work in places.
    """
    share = np.minimum(shares[0::2], shares[1::2])
    difference = change[0::2] - change[1::2]
    wide = np.pad(difference, ((0, 0), (1, 1)), mode="edge")
    neighbours = wide[:, :-2] + wide[:, 2:]
    lone = wide[:, 1:-1] - 0.2 * neighbours
    lone = np.clip(lone, -_CLIP_DB, _CLIP_DB)
    heard = ndimage.gaussian_filter(share, AROUND) + 1e-6
    power = ndimage.gaussian_filter(np.square(lone) * share, AROUND)
    usual = np.sqrt(power / heard) + 1.0
    relative = np.clip(lone / usual, -3, 3)
    return np.asarray(share * relative / usual)


def _echoes(theirs: Values, parts: Values) -> Values:
    """Return for each band the gains of the original and its echoes in the leak.

    No gain is negative. They minimise the squared relative error by coordinate descent,
    all bands at once. A constant explains the steady part of the leak and is left out.
    """
    steady = np.broadcast_to(1e-2 * parts[0].mean(axis=0) + 1e-9, (1, *theirs.shape))
    scale = theirs + 1e-3 * theirs.mean(axis=0) + 1e-9
    columns = np.concatenate([parts, steady]) / scale
    wanted = theirs / scale
    products = np.einsum("ksb,lsb->bkl", columns, columns)
    matches = np.einsum("ksb,sb->bk", columns, wanted)
    gains = np.zeros_like(matches)
    for _ in range(_SWEEPS):
        for k in range(gains.shape[1]):
            explained = (products[:, k] * gains).sum(axis=1)
            error = matches[:, k] - explained
            step = error / (products[:, k, k] + 1e-12)
            gains[:, k] = np.maximum(0.0, gains[:, k] + step)
    return np.asarray(gains[:, :-1].T)


def _later(values: Values, n_slots: int) -> Values:
    """Return the values moved by `n_slots`, with zeros moving in."""
    moved = np.zeros_like(values)
    if n_slots >= 0:
        moved[n_slots:] = values[: len(values) - n_slots]
    else:
        moved[:n_slots] = values[-n_slots:]
    return moved
