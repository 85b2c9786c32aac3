"""How words as they were written become tight: in order, apart, and none without time."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.errors import Invalid
from bot.redaction.masking.speaking_time import longest_ms
from bot.sources.clips.timed_words import MAX_TEXT, MAX_TIME_MS
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.text import text as sentence
from storage.records import Word

# Recognisers let neighbours overlap by a frame or two (10-20 ms each); more is two
# voices at once.
_JITTER_MS = 40
_HALF_LETTER = "\ufffd"


def tighten(loose: Iterable[LooseWord]) -> list[Word]:
    """Return words in order and apart, covering at least the time the loose ones did.

    A word without a time of its own, or heard at the same time as another, becomes one
    word with its neighbour: "call Ann". So no sound loses its word, and if either is
    masked both are. Raises `Invalid` where no word has a time.
    """
    words: list[Word] = []
    mended = _without_repeats(piece for word in loose for piece in _mended(word))
    for word in sorted(_timed(mended), key=lambda w: (w.start_ms, w.end_ms)):
        _add(words, word)
    return [piece for word in _none_empty(words) for piece in _short_enough(word)]


def _mended(word: LooseWord) -> list[LooseWord]:
    """Return the usable parts of an odd word: none, one, or pieces of a long one."""
    text = " ".join("".join(map(_printable, word.text)).split())
    start_ms, end_ms = _from_zero(word.start_ms), _from_zero(word.end_ms)
    confidence = word.confidence
    if confidence is not None and not 0 <= confidence <= 1:
        # The confidence is unknown, so the word is held to be unsure.
        confidence = 0.0
    mended = replace(
        word,
        text=text,
        start_ms=start_ms,
        end_ms=end_ms,
        confidence=confidence,
    )
    if not text:
        return []
    if len(text) <= MAX_TEXT:
        return [mended]
    if mended.times is None:
        pieces = [text[at : at + MAX_TEXT] for at in range(0, len(text), MAX_TEXT)]
        return [replace(mended, text=piece) for piece in pieces]
    start_ms, end_ms = mended.times
    long = spread(text, start_ms, max(start_ms, end_ms))
    return [replace(piece, confidence=confidence) for piece in long]


def _printable(char: str) -> str:
    """Return a space for a control character and a mark for half of a letter."""
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    return _HALF_LETTER if category == "Cs" else char


def _from_zero(time_ms: int | None) -> int | None:
    if time_ms is None:
        return None
    return max(time_ms, 0)


def _without_repeats(words: Iterable[LooseWord]) -> list[LooseWord]:
    """Return each word once; some services write all words again with speakers."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for word in words:
        if word.times is None:
            kept.append(word)
            continue
        key = (word.text.casefold(), *word.times)
        if key not in seen:
            seen.add(key)
            kept.append(word)
    return kept


def _add(words: list[Word], word: Word) -> None:
    """Put a word at the end; joining may make it reach back over several of them."""
    while words:
        *earlier, word = _apart(words.pop(), word)
        if earlier:
            words += earlier
            break
    words.append(word)


def _apart(before: Word, after: Word) -> list[Word]:
    overlap_ms = before.end_ms - after.start_ms
    if overlap_ms <= 0:
        return [before, after]
    middle_ms = after.start_ms + overlap_ms // 2
    is_jitter = overlap_ms <= _JITTER_MS and after.end_ms > before.end_ms
    if is_jitter and before.start_ms < middle_ms < after.end_ms:
        return [replace(before, end_ms=middle_ms), replace(after, start_ms=middle_ms)]
    return [_joined(before, after)]


def _joined(before: Word, after: Word) -> Word:
    known = [c for c in (before.confidence, after.confidence) if c is not None]
    stretches = [w.within for w in (before, after) if w.within is not None]
    start_ms = min(before.start_ms, after.start_ms)
    end_ms = max(before.end_ms, after.end_ms)
    within = None
    if stretches:
        first_ms = min(start for start, _ in stretches)
        last_ms = max(end for _, end in stretches)
        within = (min(start_ms, first_ms), max(end_ms, last_ms))
    return Word(
        text=f"{before.text} {after.text}",
        start_ms=start_ms,
        end_ms=end_ms,
        confidence=min(known) if known else None,
        within=within,
    )


def _short_enough(word: Word) -> list[Word]:
    """Return a word, or the pieces of one that was joined from too many."""
    if len(word.text) <= MAX_TEXT:
        return [word]
    within = word.within or (word.start_ms, word.end_ms)
    pieces = []
    for piece in spread(word.text, word.start_ms, word.end_ms):
        start_ms, end_ms = piece.times or (0, 0)
        if start_ms < end_ms:
            made = replace(
                word,
                text=piece.text,
                start_ms=start_ms,
                end_ms=end_ms,
                within=within,
            )
            pieces.append(made)
    return pieces


def _none_empty(words: Sequence[Word]) -> list[Word]:
    """Join words of no length to the word before, or to the one after at the start.

    A word of no length that has no neighbour holds no sound and is left out.
    """
    kept: list[Word] = []
    for word in words:
        if kept and (_is_empty(word) or _is_empty(kept[-1])):
            kept[-1] = _joined(kept[-1], word)
        else:
            kept.append(word)
    return [word for word in kept if not _is_empty(word)]


def _is_empty(word: Word) -> bool:
    return word.end_ms <= word.start_ms


def _timed(loose: Sequence[LooseWord]) -> list[Word]:
    """Give words without times the gap between their neighbours, in the order written."""
    timed: list[Word] = []
    edge_ms = 0
    waiting: list[LooseWord] = []
    for word in _with_both_times(loose):
        if word.times is None:
            waiting.append(word)
            continue
        start_ms, end_ms = word.times
        if end_ms > MAX_TIME_MS:
            raise Invalid(sentence("sources.transcript.time_too_late"))
        timed += _placed(waiting, edge_ms, max(edge_ms, start_ms))
        timed.append(_word(word, start_ms, end_ms, word.within))
        edge_ms, waiting = max(edge_ms, end_ms), []
    if waiting and not timed:
        raise Invalid(sentence("sources.transcript.no_times"))
    return timed + _placed(waiting, edge_ms, edge_ms)


def _with_both_times(words: Sequence[LooseWord]) -> list[LooseWord]:
    """Return the words, with a missing end or start set by the neighbour there.

    A word without a neighbour there gets as much as it can take to be spoken.
    """
    whole: list[LooseWord] = []
    next_start_ms: int | None = None
    for word in reversed(words):
        if word.start_ms is not None and word.end_ms is None:
            whole.append(_with_end(word, word.start_ms, next_start_ms))
        elif word.start_ms is None and word.end_ms is not None:
            start_ms = max(0, word.end_ms - longest_ms([word.text])[0])
            whole.append(replace(word, start_ms=start_ms))
        else:
            whole.append(word)
        if word.start_ms is not None:
            next_start_ms = word.start_ms
    return whole[::-1]


def _with_end(
    word: LooseWord,
    start_ms: int,
    next_start_ms: int | None,
) -> LooseWord:
    end_ms = start_ms + longest_ms([word.text])[0]
    if next_start_ms is not None and next_start_ms >= start_ms:
        end_ms = min(end_ms, next_start_ms)
    return replace(word, end_ms=end_ms)


def _placed(
    words: Sequence[LooseWord],
    start_ms: int,
    end_ms: int,
) -> list[Word]:
    share_ms = (end_ms - start_ms) / max(len(words), 1)
    within = None
    if len(words) > 1 and start_ms < end_ms:
        within = (start_ms, end_ms)
    return [
        _word(
            word,
            start_ms + round(i * share_ms),
            start_ms + round((i + 1) * share_ms),
            within,
        )
        for i, word in enumerate(words)
    ]


def _word(
    loose: LooseWord,
    start_ms: int,
    end_ms: int,
    within: tuple[int, int] | None,
) -> Word:
    return Word(
        text=loose.text,
        start_ms=start_ms,
        end_ms=end_ms,
        confidence=loose.confidence,
        within=within,
    )
