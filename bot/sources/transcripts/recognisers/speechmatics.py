"""Speechmatics (json-v2): typed `results` with a start, an end and alternatives each.

https://docs.speechmatics.com/speech-to-text/batch/output
"""

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.recording_names import check_recordings
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    first_of,
    list_of,
    milliseconds,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource

_SPOKEN = ("word", "entity")


def recognises(document: object) -> bool:
    """Return whether the results are typed and have times of their own."""
    results = list_of(object_of(document).get("results"))
    return any({"type", "start_time"} <= object_of(result).keys() for result in results)


def parse(document: object, clip_id: str) -> Transcript:
    """Return the words and entities, without punctuation.

    Raises `Invalid` where another recording is named.
    """
    job = object_of(object_of(document).get("job"))
    check_recordings([text_of(job.get("data_name"))], clip_id)
    results = objects(object_of(document).get("results"))
    words = [_word(result) for result in results if result.get("type") in _SPOKEN]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(result: Object) -> LooseWord:
    best = first_of(result.get("alternatives"))
    return LooseWord(
        text=text_of(best.get("content")),
        start_ms=milliseconds(result.get("start_time")),
        end_ms=milliseconds(result.get("end_time")),
        confidence=certain(best.get("confidence")),
    )
