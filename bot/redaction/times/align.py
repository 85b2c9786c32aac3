"""Find where the words of a draft lie in the sound, and how sure that is.

All ways to lay the words over the frames are weighed together (the forward-backward
algorithm of hidden Markov models): each word is a row of sounds, with a pause before it
or none. The draft's times count as a hint. So each edge of a word gets a distribution
over the frames, not a single best place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.redaction.times.letters import ANY, Sound, sounds_of

Array = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]

# Neighbouring frames are alike, so each counts as a part of an observation.
_WEIGHT_OF_A_FRAME = 0.3
# A sound may be spoken, or spelled, otherwise: half of what is heard may be any speech.
_SHARE_OF_ANY = 0.5
_SHARE_WITHOUT_A_PAUSE = 0.7
# A time of the draft may be wrong by any amount.
_FAR_OFF = 0.02
_TINY = 1e-300
_SCALED_EVERY = 8
# This is the mean length in frames of each sound, in the order of `Sound` and `ANY`.
_MEAN_FRAMES = np.array([20.0, 8, 9, 6, 6, 7, 5, 9, 6, 9])
# Words that begin before the first frame, or end after the last one, may be this far
# from there by the draft.
_EDGE_FRAMES = 50


@dataclass(frozen=True)
class DraftTimes:
    """The times of the words in frames, (words,) each, and how far they may be off.

    `late`: by how much they are late as a rule. `error`: the mean error beyond that.
    """

    starts: Array
    ends: Array
    late: float
    error: float


@dataclass(frozen=True)
class Edges:
    """The chance that each word begins, or has ended, at each frame, and of pauses.

    `starts` and `ends`: (words, frames + 1), rows that add up to one. The first column
    holds what lies before the first frame, the last one what lies after the last.
    `pauses`: (frames,).
    """

    starts: Array
    ends: Array
    pauses: Array


@dataclass(frozen=True)
class _Chain:
    """The states in order: pause, sounds of a word, pause, and so on to a last pause.

    `stays`: the chance of one more frame in a state. `firsts`, `lasts`: those of words.
    """

    sounds: Indexes
    stays: Array
    firsts: Indexes
    lasts: Indexes


@dataclass(frozen=True)
class _Steps:
    """The weight of each step into a frame, from state i to the next but 0, 1 or 2.

    `one`: (frames, states - 1), `two`: (frames, states - 2); row t leads to frame t.
    `stays`: (states,).
    """

    stays: Array
    one: Array
    two: Array


def find_edges(
    likelihoods: Array,
    texts: Sequence[str],
    draft: DraftTimes,
) -> Edges:
    """Return where the words of `texts` begin and end.

    `likelihoods`: of each frame given each sound, (frames, ANY + 1), any scale.
    """
    chain = _chain(texts)
    seen = _seen(likelihoods, chain)
    steps = _steps(len(seen), chain, draft)
    first = _may_be_first(chain, draft)
    last = _may_be_last(chain, draft, len(seen))
    before, after = _passes(seen, steps, first, last)
    return _edges(before, after, steps, chain)


def _chain(texts: Sequence[str]) -> _Chain:
    sounds: list[int] = [Sound.PAUSE]
    firsts, lasts = [], []
    for text in texts:
        firsts.append(len(sounds))
        sounds.extend(sounds_of(text))
        lasts.append(len(sounds) - 1)
        sounds.append(Sound.PAUSE)
    kinds = np.array(sounds, dtype=np.intp)
    stays = 1 - 1 / _MEAN_FRAMES[kinds]
    return _Chain(kinds, stays, np.array(firsts), np.array(lasts))


def _seen(likelihoods: Array, chain: _Chain) -> Array:
    """Return how well each state explains each frame, (frames, states), at most 1."""
    weighed = np.maximum(likelihoods, _TINY) ** _WEIGHT_OF_A_FRAME
    weighed /= weighed.max(axis=1, keepdims=True)
    spoken = (1 - _SHARE_OF_ANY) * weighed + _SHARE_OF_ANY * weighed[:, ANY:]
    spoken[:, Sound.PAUSE] = weighed[:, Sound.PAUSE]
    return spoken[:, chain.sounds]


def _hint(at: Array, n_frames: int, draft: DraftTimes) -> Array:
    """Return how well each frame fits each time of the draft, (frames + 1, words)."""
    frames = np.arange(n_frames + 1)[:, None]
    distance = np.abs(frames - (at - draft.late))
    return np.exp(-distance / draft.error) + _FAR_OFF


def _steps(
    n_frames: int,
    chain: _Chain,
    draft: DraftTimes,
) -> _Steps:
    n_states = len(chain.sounds)
    entering = np.ones((n_frames, n_states))
    leaving = np.ones((n_frames, n_states))
    entering[:, chain.firsts] = _hint(draft.starts, n_frames, draft)[:-1]
    leaving[:, chain.lasts] = _hint(draft.ends, n_frames, draft)[:-1]
    move = 1 - chain.stays
    skip = np.zeros(n_states)
    skip[chain.lasts] = move[chain.lasts] * _SHARE_WITHOUT_A_PAUSE
    move[chain.lasts] *= 1 - _SHARE_WITHOUT_A_PAUSE
    one = leaving[:, :-1] * move[:-1] * entering[:, 1:]
    two = leaving[:, :-2] * skip[:-2] * entering[:, 2:]
    return _Steps(chain.stays, one, two)


def _may_be_first(chain: _Chain, draft: DraftTimes) -> Array:
    """Return the weight of each state at the first frame."""
    weights = np.zeros(len(chain.sounds))
    weights[:2] = 1
    for word, (first, last) in enumerate(zip(chain.firsts, chain.lasts, strict=True)):
        if draft.starts[word] - draft.late < _EDGE_FRAMES:
            far = max(0.0, draft.starts[word] - draft.late) / draft.error
            weights[first : last + 2] = np.exp(-far)
    return weights


def _may_be_last(
    chain: _Chain,
    draft: DraftTimes,
    n_frames: int,
) -> Array:
    """Return the weight of each state at the last frame."""
    weights = np.zeros(len(chain.sounds))
    weights[-2:] = 1
    for word, (first, last) in enumerate(zip(chain.firsts, chain.lasts, strict=True)):
        missing = n_frames - (draft.ends[word] - draft.late)
        if missing < _EDGE_FRAMES:
            far = max(0.0, missing) / draft.error
            weights[first - 1 : last + 1] = np.exp(-far)
    return weights


def _passes(
    seen: Array,
    steps: _Steps,
    first: Array,
    last: Array,
) -> tuple[Array, Array]:
    """Return the weights of all ways to, and of all ways from, each state and frame.

    Both are (frames, states), each row on a scale of its own, and both count what is
    seen in the frame. They are made together: the way back is the way there with
    frames and states in reverse.
    """
    n_frames, n_states = seen.shape
    both = np.stack([seen, seen[::-1, ::-1]], axis=1)
    one = np.zeros((n_frames, 2, n_states - 1))
    two = np.zeros((n_frames, 2, n_states - 2))
    one[:, 0], two[:, 0] = steps.one, steps.two
    one[1:, 1] = steps.one[:0:-1, ::-1]
    two[1:, 1] = steps.two[:0:-1, ::-1]
    stays = np.stack([steps.stays, steps.stays[::-1]])
    ways = np.empty((n_frames, 2, n_states))
    ways[0] = np.stack([first, last[::-1]]) * both[0]
    for t in range(1, n_frames):
        earlier = ways[t - 1]
        now = ways[t]
        np.multiply(earlier, stays, out=now)
        now[:, 1:] += earlier[:, :-1] * one[t]
        now[:, 2:] += earlier[:, :-2] * two[t]
        now *= both[t]
        if t % _SCALED_EVERY == 0:
            now /= np.maximum(now.sum(axis=1, keepdims=True), _TINY)
    return ways[:, 0], ways[::-1, 1, ::-1]


def _edges(
    before: Array,
    after: Array,
    steps: _Steps,
    chain: _Chain,
) -> Edges:
    """Return the chances of each edge from the weights of the ways to and from it."""
    n_frames = len(before)
    # A step joins the ways to the frame before it with the ways from the frame after.
    stay = before[:-1] * steps.stays * after[1:]
    one = before[:-1, :-1] * steps.one[1:] * after[1:, 1:]
    two = before[:-1, :-2] * steps.two[1:] * after[1:, 2:]
    total = np.maximum(stay.sum(axis=1) + one.sum(axis=1) + two.sum(axis=1), _TINY)
    one /= total[:, None]
    two /= total[:, None]
    width = one.shape[1]
    padded = np.zeros((n_frames - 1, width))
    padded[:, : width - 1] = two
    starts = np.zeros((len(chain.firsts), n_frames + 1))
    ends = np.zeros((len(chain.firsts), n_frames + 1))
    starts[:, 1:-1] = one[:, chain.firsts - 1].T
    # The first word has no word before it whose pause could be skipped.
    starts[1:, 1:-1] += padded[:, chain.firsts[1:] - 2].T
    ends[:, 1:-1] = (one[:, chain.lasts] + padded[:, chain.lasts]).T
    shares = stay / total[:, None]
    shares[:, :-1] += one
    shares[:, :-2] += two
    # What is past a word at the first frame, or not yet at it at the last one.
    at_first = np.cumsum(shares[0, ::-1])[::-1]
    starts[:, 0] = at_first[chain.firsts]
    ends[:, 0] = at_first[chain.lasts + 1]
    starts[:, -1] = np.maximum(0, 1 - starts[:, :-1].sum(axis=1))
    ends[:, -1] = np.maximum(0, 1 - ends[:, :-1].sum(axis=1))
    is_pause = chain.sounds == Sound.PAUSE
    pauses = np.append(shares[:, is_pause].sum(axis=1), 0.0)
    pauses[-1] = pauses[-2]
    return Edges(starts, ends, pauses)
