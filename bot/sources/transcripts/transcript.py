"""The common result of all transcript formats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low

from bot.sources.clips.reading import transcript_label
from bot.sources.clips.timed_words import check_words
from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.tight_words import tighten
from storage.records import TimingSource, Word

# Aligners and annotators write these for silence; an unknown or unintelligible word is
# a word and stays.
_SILENCES = frozenset(
    {"", "<eps>", "<sil>", "sil", "!sil", "sp", "<p:>", "#", "##", "<usb>", "{sl}"}
)
# No word takes a minute and no segment takes five: such a length was in milliseconds.
_LONGEST_WORD_MS = 60_000
_LONGEST_SEGMENT_MS = 300_000
# One long word with fractions of a second may be a mark over the whole recording.
_FEWEST_WITH_FRACTIONS = 2


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """Words and their timing.

    `is_evident`: the file itself shows who timed the words, whatever the sidecar
    claims.
    """

    words: tuple[Word, ...]
    timing: TimingSource
    is_evident: bool = False


def build_transcript(
    loose: Iterable[LooseWord],
    timing: TimingSource,
    *,
    is_evident: bool = False,
) -> Transcript:
    """Return the transcript of words as they were written.

    Milliseconds taken for seconds are understood. Where the times of a word are only
    known from a longer stretch, the timing is unknown.
    """
    words = list(loose)
    if _are_thousandfold(words):
        words = [_divided(word) for word in words]
    if any(word.within is not None for word in words):
        timing = TimingSource.UNKNOWN
    tight = check_words(tighten(words), transcript_label())
    return Transcript(
        words=tight,
        timing=timing,
        is_evident=is_evident,
    )


def is_silence(text: str) -> bool:
    """Return whether a label stands for silence."""
    return text.strip().lower() in _SILENCES


def _are_thousandfold(words: Sequence[LooseWord]) -> bool:
    """Return whether the times were written in ms and read as seconds."""
    lengths: list[int] = []
    limits: list[int] = []
    has_fractions = False
    for word in words:
        times, limit_ms = word.times, _LONGEST_WORD_MS
        if word.within is not None:
            times, limit_ms = word.within, _LONGEST_SEGMENT_MS
        if times is None:
            continue
        start_ms, end_ms = times
        has_fractions |= bool(start_ms % 1000 or end_ms % 1000)
        lengths.append(end_ms - start_ms)
        limits.append(limit_ms)
    if len(lengths) < _FEWEST_WITH_FRACTIONS and (has_fractions or not lengths):
        return False
    return median_low(lengths) > median_low(limits)


def _divided(word: LooseWord) -> LooseWord:
    within = word.within
    if within is not None:
        within = (within[0] // 1000, within[1] // 1000)
    return replace(
        word,
        start_ms=None if word.start_ms is None else word.start_ms // 1000,
        end_ms=None if word.end_ms is None else word.end_ms // 1000,
        within=within,
    )
