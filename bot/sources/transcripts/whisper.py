"""Whisper's JSON: openai-whisper, faster-whisper, WhisperX, the OpenAI API, and
whisper.cpp.

All but whisper.cpp write `segments`, each with `words` if asked for word timestamps;
the API writes `words` beside them. whisper.cpp writes `transcription`, with `tokens` if
asked (`-ojf`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from statistics import fmean

from bot.errors import Invalid
from bot.sources.clips.timed_words import LooseWord, spread
from bot.sources.transcripts.transcript import (
    WHAT,
    Transcript,
    certain,
    milliseconds,
    number,
    objects,
    transcript,
)
from storage.records import TimingSource

_KEYS = ("segments", "words", "transcription")
_SPECIAL = re.compile(r"\[_.*\]|<\|.*\|>")  # [_BEG_], [_TT_50], <|endoftext|>


def recognises(document: Mapping[str, object]) -> bool:
    return any(key in document for key in _KEYS)


def parse(document: Mapping[str, object]) -> Transcript:
    if "transcription" in document:
        segments = objects(document["transcription"])
        pieces = [_cpp_segment(segment) for segment in segments]
        timed = all(s.get("tokens") or len(_text(s).split()) < 2 for s in segments)
    elif document.get("words"):
        pieces = [[_word(word) for word in objects(document["words"])]]
        timed = True
    else:
        segments = objects(document.get("segments") or [])
        pieces = [_segment(segment) for segment in segments]
        timed = all(s.get("words") or len(_text(s).split()) < 2 for s in segments)
    timing = TimingSource.RECOGNISER if timed else TimingSource.UNKNOWN
    return transcript(chain.from_iterable(pieces), timing)


def _segment(segment: Mapping[str, object]) -> list[LooseWord]:
    if segment.get("words"):  # faster-whisper writes null if it was not asked
        return [_word(word) for word in objects(segment["words"])]
    return _spread(
        _text(segment), milliseconds(segment.get("start")), segment.get("end")
    )


def _word(word: Mapping[str, object]) -> LooseWord:
    """`probability` in Whisper, `score` in WhisperX, which leaves out times it does not
    know.
    """
    text = word.get("word", word.get("text"))
    if not isinstance(text, str) or not text.strip():
        raise Invalid(f"{WHAT} has a word without text.")
    return LooseWord(
        text=text.strip(),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=certain(word.get("probability", word.get("score"))),
    )


def _text(segment: Mapping[str, object]) -> str:
    text = segment.get("text", "")
    if not isinstance(text, str):
        raise Invalid(f"{WHAT} has a segment without text.")
    return text


def _spread(text: str, start_ms: int | None, end: object) -> list[LooseWord]:
    end_ms = milliseconds(end)
    if start_ms is None or end_ms is None:
        raise Invalid(f"{WHAT} has a segment without times. Export it with timestamps.")
    return spread(text, start_ms, max(start_ms, end_ms))


def _cpp_segment(segment: Mapping[str, object]) -> list[LooseWord]:
    if segment.get("tokens"):
        return [_cpp_word(tokens) for tokens in _words_of(objects(segment["tokens"]))]
    start_ms, end_ms = _offsets(segment)
    return spread(_text(segment), start_ms, max(start_ms, end_ms))


def _words_of(
    tokens: Iterable[Mapping[str, object]],
) -> Iterable[Sequence[Mapping[str, object]]]:
    """A token with a space in front begins a word; the others go on with it."""
    word: list[Mapping[str, object]] = []
    for token in tokens:
        text = _text(token)
        if not text.strip() or _SPECIAL.fullmatch(text.strip()):
            continue
        if word and text.startswith(" "):
            yield word
            word = []
        word.append(token)
    if word:
        yield word


def _cpp_word(tokens: Sequence[Mapping[str, object]]) -> LooseWord:
    """The mean of the tokens' probabilities, as openai-whisper's timing.py takes it."""
    # Letters of several bytes are cut in two and both halves written: whisper.cpp issue
    # 1798.
    raw = "".join(_text(token) for token in tokens).encode("utf-8", "surrogateescape")
    known = [p for token in tokens if (p := number(token.get("p"))) is not None]
    return LooseWord(
        text=raw.decode("utf-8", "replace").strip(),
        start_ms=_offsets(tokens[0])[0],
        end_ms=_offsets(tokens[-1])[1],
        confidence=certain(fmean(known)) if known else None,
    )


def _offsets(item: Mapping[str, object]) -> tuple[int, int]:
    """whisper.cpp's `offsets` are in ms."""
    offsets = item.get("offsets")
    start, end = (
        (offsets.get("from"), offsets.get("to"))
        if isinstance(offsets, dict)
        else (0, 0)
    )
    if not offsets or type(start) is not int or type(end) is not int:
        raise Invalid(f"{WHAT} has a segment without times. Export it with timestamps.")
    return start, end
