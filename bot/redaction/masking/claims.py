"""Judge the times of a transcript: decide which words may keep sound audible."""

from collections import defaultdict
from collections.abc import Sequence

from bot.redaction.masking.mask import Claim, Interval
from bot.redaction.masking.speaking_time import longest_ms
from storage.records import Word


def claims_of(
    words: Sequence[Word],
    masked: Sequence[bool],
    locale: str,
) -> list[Claim]:
    """Return the claim of each word; `covers` is set only for plausible times.

    A word with estimated times claims the whole stretch that holds it: one masked word
    there masks all of the stretch, and the words of a stretch are believed or doubted
    together.
    """
    longest = longest_ms([word.text for word in words], locale)
    longest_within = _longest_within(words, longest)
    claims = []
    for word, is_masked, word_longest_ms in zip(words, masked, longest, strict=True):
        start_ms, end_ms = _stretch(word)
        limit_ms = word_longest_ms
        if word.within is not None and word_longest_ms > 0:
            limit_ms = longest_within[word.within]
        covers = end_ms - start_ms <= limit_ms
        claims.append(Claim(start_ms, end_ms, is_masked, covers))
    return claims


def _stretch(word: Word) -> Interval:
    if word.within is not None:
        return word.within
    return word.start_ms, word.end_ms


def _longest_within(
    words: Sequence[Word], longest: Sequence[int]
) -> defaultdict[Interval, int]:
    """Return how long all words of a stretch can take together, by stretch."""
    together: defaultdict[Interval, int] = defaultdict(int)
    for word, word_longest_ms in zip(words, longest, strict=True):
        if word.within is not None:
            together[word.within] += word_longest_ms
    return together
