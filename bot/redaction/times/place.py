"""Place the words of a draft where the sound has them, with the doubt that is left.

A recogniser's times are 100 ms late as a rule, and a tenth of them by 200 ms. The words
are laid over the sound anew, so that a masked word needs a margin of the doubt that is
left at its own edges, and not one of the worst error of all drafts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.redaction.audio.codec import Window
from bot.redaction.audio.signal import RATE_HZ, stretches
from bot.redaction.masking.mask import Interval
from bot.redaction.times import model
from bot.redaction.times.align import Array, DraftTimes, find_edges
from bot.redaction.times.letters import ANY, Sound, sounds_of
from bot.redaction.times.spectra import FRAME_MS, features
from storage.records import TimingSource, Word


@dataclass(frozen=True)
class Place:
    """Where a word lies, in ms on the clip, and how far it may reach beyond.

    `before_ms` and `after_ms` hold for 94 of 100 edges, `likely_before_ms` and
    `likely_after_ms` in three of four.
    """

    start_ms: int
    end_ms: int
    before_ms: int
    after_ms: int
    likely_before_ms: int
    likely_after_ms: int


@dataclass(frozen=True)
class Places:
    """The places of a clip's words, in their order, and the pauses of the window.

    None stands for a word that was not placed; its draft's times count.
    """

    words: tuple[Place | None, ...]
    pauses: tuple[Interval, ...] = ()


def unplaced(words: Sequence[Word]) -> Places:
    """Return the places of a draft whose own times count."""
    return Places((None,) * len(words))


def at_places(words: Sequence[Word], places: Places) -> list[Word]:
    """Return the words with the times of their places, in the same order."""
    return [_at(word, place) for word, place in zip(words, places.words, strict=True)]


def _at(word: Word, place: Place | None) -> Word:
    if place is None:
        return word
    return replace(word, start_ms=place.start_ms, end_ms=place.end_ms)


# How much a source's times are late as a rule, and their mean error beyond that, in
# frames. A recogniser's were measured (docs/research/redaction.md).
_LATE_FRAMES = {
    TimingSource.HUMAN: 0.0,
    TimingSource.RECOGNISER: 8.0,
    TimingSource.UNKNOWN: 4.0,
}
_ERROR_FRAMES = {
    TimingSource.HUMAN: 6.0,
    TimingSource.RECOGNISER: 12.0,
    TimingSource.UNKNOWN: 16.0,
}
# Beyond the window's edges a word may still reach into it.
_REACH_MS = 300
_SHORTEST_WINDOW_MS = 400
# More cannot be spoken in 10 s, and each takes its share of a second.
_MOST_WORDS, _MOST_SOUNDS = 80, 700
# With fewer words of known sounds, nothing holds the others in place.
_LEAST_KNOWN = 0.5
_RARELY, _HALF, _SELDOM = 0.06, 0.5, 0.25
# The model's frames and the aligner that it was taught by differ by so much.
_LEAST_MARGIN_MS = 20
# Farther from the draft than this, the draft's own times are covered too. People's
# times are nearly always within 100 ms, and then the sound was misheard.
_DISAGREEMENT_MS = {
    TimingSource.HUMAN: 150,
    TimingSource.RECOGNISER: 350,
    TimingSource.UNKNOWN: 350,
}
_SURE_PAUSE = 0.7
_SHORTEST_PAUSE_FRAMES = 3


def place_words(
    window: Window,
    words: Sequence[Word],
    timing: TimingSource,
    *,
    align: bool = True,
) -> Places:
    """Return the places of the words that lie in the window, as far as can be heard.

    Without `align` no word is placed. None is placed either where the draft has times
    for stretches only, holds more words than can be spoken, or is written in letters of
    unknown sound.
    """
    end_ms = window.start_ms + len(window.samples) * 1000 // RATE_HZ
    near = _near(words, window.start_ms, end_ms)
    if not align or not _can_be_placed(words, near, end_ms - window.start_ms):
        return unplaced(words)
    network = model.load()
    chances = network.chances(features(window.samples))
    edges = find_edges(
        model.likelihoods(network, chances),
        [words[i].text for i in near],
        DraftTimes(
            starts=_frames([words[i].start_ms for i in near], window.start_ms),
            ends=_frames([words[i].end_ms for i in near], window.start_ms),
            late=_LATE_FRAMES[timing],
            error=_ERROR_FRAMES[timing],
        ),
    )
    places: list[Place | None] = [None] * len(words)
    made = _places(edges.starts, edges.ends, window.start_ms)
    for i, place in zip(near, made, strict=True):
        if _has_known_sounds(words[i]):
            places[i] = _with_draft(place, words[i], _DISAGREEMENT_MS[timing])
    return Places(tuple(places), _pauses(chances[:, Sound.PAUSE], window.start_ms))


def _near(
    words: Sequence[Word],
    start_ms: int,
    end_ms: int,
) -> list[int]:
    """Return the indexes of the words in or near the window, in the order of speech."""
    near = [
        i
        for i, word in enumerate(words)
        if word.end_ms > start_ms - _REACH_MS and word.start_ms < end_ms + _REACH_MS
    ]
    return sorted(near, key=lambda i: (words[i].start_ms, words[i].end_ms))


def _can_be_placed(
    words: Sequence[Word],
    near: Sequence[int],
    length_ms: int,
) -> bool:
    if not 0 < len(near) <= _MOST_WORDS:
        return False
    if length_ms < _SHORTEST_WINDOW_MS:
        return False
    if any(words[i].within is not None for i in near):
        return False
    n_sounds = sum(len(sounds_of(words[i].text)) for i in near)
    if n_sounds > _MOST_SOUNDS:
        return False
    n_known = sum(_has_known_sounds(words[i]) for i in near)
    return n_known > _LEAST_KNOWN * len(near)


def _has_known_sounds(word: Word) -> bool:
    """Return whether letters show what the word sounds like, unlike figures."""
    return any(sound != ANY for sound in sounds_of(word.text))


def _frames(times_ms: Sequence[int], start_ms: int) -> Array:
    return (np.array(times_ms, dtype=np.float64) - start_ms) / FRAME_MS


def _places(
    starts: Array,
    ends: Array,
    start_ms: int,
) -> list[Place]:
    begin = _quantile_ms(starts, _HALF) + start_ms
    end = np.maximum(_quantile_ms(ends, _HALF) + start_ms, begin + FRAME_MS)
    before = begin - start_ms - _quantile_ms(starts, _RARELY) + _LEAST_MARGIN_MS
    after = _quantile_ms(ends, 1 - _RARELY) + start_ms - end + _LEAST_MARGIN_MS
    likely_before = begin - start_ms - _quantile_ms(starts, _SELDOM)
    likely_after = _quantile_ms(ends, 1 - _SELDOM) + start_ms - end
    rows = np.stack([begin, end, before, after, likely_before, likely_after], axis=1)
    rows[:, 2:] = np.maximum(rows[:, 2:], 0)
    return [Place(*row) for row in rows.tolist()]


def _quantile_ms(chances: Array, share: float) -> npt.NDArray[np.int64]:
    """Return where the chances of each row have added up to `share`, in ms."""
    reached = np.cumsum(chances, axis=1) >= share
    reached[:, -1] = True
    return np.asarray(reached.argmax(axis=1) * FRAME_MS, dtype=np.int64)


def _with_draft(
    place: Place,
    word: Word,
    far_ms: int,
) -> Place:
    """Return the place, widened to the draft's times where the two are far apart."""
    early_ms = place.start_ms - word.start_ms
    late_ms = word.end_ms - place.end_ms
    if max(abs(early_ms), abs(late_ms)) <= far_ms:
        return place
    return Place(
        start_ms=place.start_ms,
        end_ms=place.end_ms,
        before_ms=max(place.before_ms, early_ms),
        after_ms=max(place.after_ms, late_ms),
        likely_before_ms=max(place.likely_before_ms, early_ms),
        likely_after_ms=max(place.likely_after_ms, late_ms),
    )


def _pauses(chances: npt.NDArray[np.float32], start_ms: int) -> tuple[Interval, ...]:
    found = stretches(chances > _SURE_PAUSE, 1)
    return tuple(
        (start_ms + first * FRAME_MS, start_ms + last * FRAME_MS)
        for first, last in found
        if last - first >= _SHORTEST_PAUSE_FRAMES
    )
