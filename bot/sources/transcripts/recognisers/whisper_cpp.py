"""whisper.cpp's JSON: `transcription`, with `tokens` if asked (`-ojf`).

https://github.com/ggml-org/whisper.cpp/blob/master/examples/cli/cli.cpp
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    clock_ms,
    number,
    object_of,
    objects,
    text_of,
    whole_milliseconds,
)
from storage.records import TimingSource

# Halves that stand for no byte come from escapes in the JSON.
_FOREIGN_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
# It matches [_BEG_], [_TT_50] and <|endoftext|>.
_SPECIAL = re.compile(r"\[_.*\]|<\|.*\|>")


def recognises(document: object) -> bool:
    """Return whether the segments are called `transcription`."""
    return "transcription" in object_of(document)


def parse(document: object) -> Transcript:
    """Return the words; those of a segment without tokens share its time."""
    words: list[LooseWord] = []
    for segment in objects(object_of(document).get("transcription")):
        words += _segment(segment)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _segment(segment: Object) -> list[LooseWord]:
    if segment.get("tokens"):
        return [_word(tokens) for tokens in _words_of(objects(segment["tokens"]))]
    start_ms, end_ms = _offsets(segment)
    return spread_if_timed(text_of(segment.get("text")), start_ms, end_ms)


def _words_of(tokens: Iterable[Object]) -> Iterator[Sequence[Object]]:
    """Yield the tokens of each word: one with a space in front begins a word."""
    word: list[Object] = []
    for token in tokens:
        written = text_of(token.get("text"))
        if not written.strip():
            continue
        if _SPECIAL.fullmatch(written.strip()):
            continue
        if word and written.startswith(" "):
            yield word
            word = []
        word.append(token)
    if word:
        yield word


def _word(tokens: Sequence[Object]) -> LooseWord:
    """Return a word with the mean probability, as openai-whisper's timing.py has it."""
    # Letters of several bytes are cut in two and both halves are written:
    # whisper.cpp issue 1798.
    halves = "".join(text_of(token.get("text")) for token in tokens)
    raw = _FOREIGN_HALVES.sub("\ufffd", halves).encode("utf-8", "surrogateescape")
    known = [p for token in tokens if (p := number(token.get("p"))) is not None]
    return LooseWord(
        text=raw.decode("utf-8", "replace"),
        start_ms=_offsets(tokens[0])[0],
        end_ms=_offsets(tokens[-1])[1],
        confidence=certain(fmean(known)) if known else None,
    )


def _offsets(item: Object) -> tuple[int | None, int | None]:
    """Return the start and the end, which whisper.cpp writes in ms and as clock times."""
    offsets, stamps = object_of(item.get("offsets")), object_of(item.get("timestamps"))
    return _time(offsets, stamps, "from"), _time(offsets, stamps, "to")


def _time(offsets: Object, stamps: Object, key: str) -> int | None:
    if key in offsets:
        return whole_milliseconds(offsets[key])
    return clock_ms(text_of(stamps.get(key)))
