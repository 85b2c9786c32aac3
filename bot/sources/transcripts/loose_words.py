"""Words with times as recognisers and people write them, and texts spread over time."""

import unicodedata
from dataclasses import dataclass

from bot.redaction.masking.speaking_time import longest_ms
from bot.sources.clips.timed_words import MAX_TEXT

# Han, Kana, Thai, Lao, Burmese and Khmer are written without spaces between words.
_WRITTEN_WITHOUT_SPACES = (
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "THAI",
    "LAO",
    "MYANMAR",
    "KHMER",
)
_LONGEST_WORD_WITHOUT_SPACES = 6
_PIECE_LENGTH = 10


@dataclass(frozen=True, kw_only=True)
class LooseWord:
    """A word as it was written: times (ms) may be missing, equal or overlapping.

    `within` is the stretch that holds the word where its own times are only a guess.
    """

    text: str
    start_ms: int | None
    end_ms: int | None
    confidence: float | None = None
    within: tuple[int, int] | None = None

    @property
    def times(self) -> tuple[int, int] | None:
        """Return the start and the end, None where one is missing."""
        if self.start_ms is None:
            return None
        if self.end_ms is None:
            return None
        return self.start_ms, self.end_ms


def spread(
    text: str,
    start_ms: int,
    end_ms: int,
) -> list[LooseWord]:
    """Return the words of a text, evenly over the time it is known to take.

    Longer words get more of it. Unless the text is a single word, the times of the words
    are a guess, and the words carry the stretch that holds them.
    """
    words = _split(text)
    total = sum(len(word) for word in words)
    within = (start_ms, end_ms) if len(words) > 1 else None
    at, done, placed = start_ms, 0, []
    for word in words:
        done += len(word)
        until = start_ms + round((end_ms - start_ms) * done / total)
        placed.append(
            LooseWord(
                text=word,
                start_ms=at,
                end_ms=until,
                within=within,
            )
        )
        at = until
    return placed


def spread_if_timed(
    text: str,
    start_ms: int | None,
    end_ms: int | None,
) -> list[LooseWord]:
    """Return the words of a segment whose start or end may be missing.

    Without an end the segment is as long as its words can take. Without a start the
    words wait for the gap between their neighbours.
    """
    words = text.split()
    if len(words) == 1 and None in (start_ms, end_ms):
        return [LooseWord(text=text, start_ms=start_ms, end_ms=end_ms)]
    if start_ms is None:
        return [LooseWord(text=word, start_ms=None, end_ms=None) for word in words]
    start_ms = max(start_ms, 0)
    if end_ms is None:
        end_ms = start_ms + sum(longest_ms(words))
    return spread(text, start_ms, max(start_ms, end_ms))


def _split(text: str) -> list[str]:
    """Return the words of a text; long runs of letters without spaces in pieces."""
    pieces: list[str] = []
    for word in text.split():
        size = _PIECE_LENGTH if _is_written_without_spaces(word) else MAX_TEXT
        pieces += [word[at : at + size] for at in range(0, len(word), size)]
    return pieces


def _is_written_without_spaces(word: str) -> bool:
    """Return whether this may be several words in a script that does not part them."""
    if len(word) <= _LONGEST_WORD_WITHOUT_SPACES:
        return False
    scripts = (unicodedata.name(char, "").partition(" ")[0] for char in word)
    return any(script in _WRITTEN_WITHOUT_SPACES for script in scripts)
