"""Whisper's JSON: openai-whisper, faster-whisper, WhisperX, whisper-timestamped, API.

All write `segments`, each with `words` if word timestamps were asked for; the API writes
`words` beside them. https://github.com/openai/whisper/blob/main/whisper/transcribe.py
"""

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    keys_within,
    list_of,
    milliseconds,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource

_OF_A_SEGMENT = {"start", "text", "words"}
# It is a probability in openai-whisper, a score in WhisperX and a confidence in
# whisper-timestamped.
_CONFIDENCES = ("probability", "score", "confidence")


def recognises(document: object) -> bool:
    """Return whether segments hold texts, or words are called `word`, as Whisper's."""
    found = _whole(document)
    if list_of(found.get("segments")):
        return not _OF_A_SEGMENT.isdisjoint(keys_within(found["segments"]))
    keys = keys_within(found.get("words"))
    if keys:
        return keys & {"word", "case"} == {"word"}
    if "segments" in found:
        return True
    return found.get("words") == []


def parse(document: object) -> Transcript:
    """Return the words; those of a segment without word times share its time."""
    found = _whole(document)
    words: list[LooseWord] = []
    if found.get("words"):
        words = [_word(word) for word in objects(found["words"])]
    else:
        for segment in objects(found.get("segments") or []):
            words += _segment(segment)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _whole(document: object) -> Object:
    """Return the document as openai-whisper would write it.

    Scripts around faster-whisper write the segments alone, those around WhisperX its
    `word_segments`.
    """
    if {"start", "end", "text"} <= keys_within(document):
        return {"segments": document}
    found = object_of(document)
    if "word_segments" in found and "segments" not in found:
        return {"words": found["word_segments"]}
    return found


def _segment(segment: Object) -> list[LooseWord]:
    # faster-whisper writes null if word times were not requested.
    if segment.get("words"):
        return [_word(word) for word in objects(segment["words"])]
    start_ms = milliseconds(segment.get("start"))
    end_ms = milliseconds(segment.get("end"))
    return spread_if_timed(text_of(segment.get("text")), start_ms, end_ms)


def _word(word: Object) -> LooseWord:
    """Return a word; WhisperX leaves out the times it does not know."""
    confidences = (word[key] for key in _CONFIDENCES if key in word)
    return LooseWord(
        text=text_of(word.get("word", word.get("text"))),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=certain(next(confidences, None)),
    )
