"""Google Speech-to-Text, versions 1 and 2: results with alternatives that hold words.

https://cloud.google.com/speech-to-text/docs/reference/rest/v1/speech/recognize and
https://cloud.google.com/speech-to-text/v2/docs/reference/rest/v2/StreamingRecognitionResult
"""

from collections.abc import Mapping

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    first_of,
    list_of,
    milliseconds,
    number,
    object_of,
    text_of,
)
from storage.records import TimingSource

_STARTS = ("startTime", "startOffset", "start_time", "start_offset")
_ENDS = ("endTime", "endOffset", "end_time", "end_offset")


def recognises(document: object) -> bool:
    """Return whether the alternatives are transcripts, with words or without."""
    results = [object_of(result) for result in list_of(_results(document))]
    best = [first_of(result.get("alternatives")) for result in results]
    if any("timestamps" in alternative for alternative in best):
        return False
    return any("transcript" in alternative for alternative in best)


def parse(document: object) -> Transcript:
    """Return the words of the best reading of each result."""
    words: list[LooseWord] = []
    for result in list_of(_results(document)):
        best = first_of(object_of(result).get("alternatives"))
        timed = [_word(object_of(word)) for word in list_of(best.get("words"))]
        words += timed or spread_if_timed(text_of(best.get("transcript")), None, None)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _results(document: object) -> object:
    """Return the results; a long-running operation wraps them in its response."""
    found = object_of(document)
    return object_of(found.get("response", found)).get("results")


def _word(word: Object) -> LooseWord:
    """Return a word; a start of zero is left out by the service."""
    start = next((word[key] for key in _STARTS if key in word), "0s")
    end = next((word[key] for key in _ENDS if key in word), None)
    return LooseWord(
        text=text_of(word.get("word")),
        start_ms=_duration_ms(start),
        end_ms=_duration_ms(end),
        confidence=certain(word.get("confidence")) or None,
    )


def _duration_ms(value: object) -> int | None:
    """Return a Duration in ms, as text (`1.5s`) or as seconds and nanos."""
    if not isinstance(value, Mapping):
        return milliseconds(value)
    seconds = number(value.get("seconds", 0)) or 0.0
    nanos = number(value.get("nanos", 0)) or 0.0
    return milliseconds(seconds + nanos / 1e9)
