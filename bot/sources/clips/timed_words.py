"""Timed words: what every transcript must satisfy, and how loose timings become tight
ones.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.errors import Invalid
from storage.records import Word

MAX_WORDS = 20_000
MAX_TIME_MS = 24 * 3600 * 1000
_MAX_TEXT = 200
# Recognisers let neighbours overlap by a frame or two (10-20 ms each); more is two
# voices at once.
_JITTER_MS = 40


def checked(words: Sequence[Word], what: str) -> tuple[Word, ...]:
    """The words themselves, if they are in order, apart and plausible. Raises `Invalid`
    if not.
    """
    if len(words) > MAX_WORDS:
        raise Invalid(
            f"{what} has more than {MAX_WORDS} words. Check that it is the right file."
        )
    for number, word in enumerate(words, 1):
        wrong = _wrong_with(word)
        if wrong:
            raise Invalid(f"{what}: word {number} {wrong}")
    for number, (before, after) in enumerate(pairwise(words), 2):
        if after.start_ms < before.start_ms:
            raise Invalid(
                f"{what}: word {number} starts before word {number - 1}. Sort the words"
                " by their start."
            )
        if after.start_ms < before.end_ms:
            raise Invalid(
                f"{what}: word {number} starts before word {number - 1} has ended."
                " Words may touch but not overlap."
            )
    return tuple(words)


def _wrong_with(word: Word) -> str | None:
    text = word.text
    if not text or len(text) > _MAX_TEXT:
        return f"must have a text of 1 to {_MAX_TEXT} characters."
    if not text.isprintable() and any(
        unicodedata.category(c) in ("Cc", "Cs") for c in text
    ):
        return "has control characters in its text. Remove them."
    if word.start_ms < 0 or word.end_ms < 0:
        return "has a negative time. Times count from the start of the clip."
    if word.end_ms <= word.start_ms:
        return "must end after it starts."
    if word.end_ms > MAX_TIME_MS:
        return "is more than 24 hours into the clip. Times are in milliseconds."
    if word.confidence is not None and not 0 <= word.confidence <= 1:
        return "has a confidence outside 0 to 1."
    return None


@dataclass(frozen=True, kw_only=True)
class LooseWord:
    """A word as a recogniser wrote it: times (ms) may be missing, equal or
    overlapping.
    """

    text: str
    start_ms: int | None
    end_ms: int | None
    confidence: float | None = None


def tightened(loose: Iterable[LooseWord], what: str) -> tuple[Word, ...]:
    """Words in order and apart, covering at least the time the loose ones covered.

    A word without a time of its own, or heard at the same time as another, becomes one
    word with its neighbour: "call Ann". So no sound loses its word, and if either is
    masked both are.
    """
    words: list[Word] = []
    for word in sorted(_timed(list(loose), what), key=lambda w: (w.start_ms, w.end_ms)):
        _add(words, word)
    return checked(_none_empty(words), what)


def spread(text: str, start_ms: int, end_ms: int) -> list[LooseWord]:
    """The words of a text, evenly over the time it is known to take, longer words
    longer.
    """
    words = text.split()
    total = sum(len(word) for word in words)
    at, done, placed = start_ms, 0, []
    for word in words:
        done += len(word)
        until = start_ms + round((end_ms - start_ms) * done / total)
        placed.append(LooseWord(text=word, start_ms=at, end_ms=until))
        at = until
    return placed


def _add(words: list[Word], word: Word) -> None:
    """At the end of `words`; joining may make it reach back over more than one of
    them.
    """
    while words:
        *earlier, word = _apart(words.pop(), word)
        if earlier:
            words += earlier
            break
    words.append(word)


def _apart(before: Word, after: Word) -> list[Word]:
    overlap = before.end_ms - after.start_ms
    if overlap <= 0:
        return [before, after]
    middle = after.start_ms + overlap // 2
    contained = after.end_ms <= before.end_ms
    if contained or overlap > _JITTER_MS or not before.start_ms < middle < after.end_ms:
        return [_joined(before, after)]
    return [replace(before, end_ms=middle), replace(after, start_ms=middle)]


def _joined(before: Word, after: Word) -> Word:
    known = [c for c in (before.confidence, after.confidence) if c is not None]
    return Word(
        text=f"{before.text} {after.text}",
        start_ms=min(before.start_ms, after.start_ms),
        end_ms=max(before.end_ms, after.end_ms),
        confidence=min(known) if known else None,
    )


def _none_empty(words: Sequence[Word]) -> list[Word]:
    """Words of no length join the word before them, or the one after at the start."""
    kept: list[Word] = []
    for word in words:
        if kept and (
            word.end_ms <= word.start_ms or kept[-1].end_ms <= kept[-1].start_ms
        ):
            kept[-1] = _joined(kept[-1], word)
        else:
            kept.append(word)
    return kept


def _timed(loose: Sequence[LooseWord], what: str) -> list[Word]:
    """Gives words without times the gap between their timed neighbours, in the order
    written.
    """
    timed: list[Word] = []
    edge = 0
    waiting: list[LooseWord] = []
    for word in loose:
        if word.start_ms is None or word.end_ms is None:
            waiting.append(word)
            continue
        timed += _placed(waiting, edge, max(edge, word.start_ms))
        timed.append(_word(word, word.start_ms, word.end_ms))
        edge, waiting = max(edge, word.end_ms), []
    if waiting and not timed:
        raise Invalid(f"{what} has no times. Write it again with word timestamps.")
    return timed + _placed(waiting, edge, edge)


def _placed(words: Sequence[LooseWord], start_ms: int, end_ms: int) -> list[Word]:
    share = (end_ms - start_ms) / max(len(words), 1)
    return [
        _word(word, start_ms + round(i * share), start_ms + round((i + 1) * share))
        for i, word in enumerate(words)
    ]


def _word(loose: LooseWord, start_ms: int, end_ms: int) -> Word:
    return Word(
        text=loose.text, start_ms=start_ms, end_ms=end_ms, confidence=loose.confidence
    )
