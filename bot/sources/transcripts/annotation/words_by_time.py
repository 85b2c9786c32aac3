"""Look up the words of a transcript by time."""

from bisect import bisect_left
from collections.abc import Sequence

from bot.redaction.words.text import normal
from bot.sources.transcripts.loose_words import LooseWord


def tokens_of(label: str) -> set[str]:
    """Return the normal forms of the words in a label."""
    return {normal(token) for token in label.split()} - {""}


class WordsByTime:
    """The timed words, in the order of their starts."""

    def __init__(self, words: Sequence[LooseWord]) -> None:
        timed = [
            (*word.times, tokens_of(word.text))
            for word in words
            if word.times is not None
        ]
        self._words = sorted(timed, key=lambda word: word[0])
        self._starts = [start_ms for start_ms, _, _ in self._words]
        self._longest_ms = max((end - start for start, end, _ in timed), default=0)

    def say(
        self,
        label: str,
        start_ms: int,
        end_ms: int,
    ) -> bool:
        """Return whether words in `[start_ms, end_ms)` hold every word of a label."""
        missing = tokens_of(label)
        first = bisect_left(self._starts, start_ms - self._longest_ms)
        last = bisect_left(self._starts, end_ms)
        for _, word_end_ms, tokens in self._words[first:last]:
            if word_end_ms > start_ms:
                missing -= tokens
        return not missing
