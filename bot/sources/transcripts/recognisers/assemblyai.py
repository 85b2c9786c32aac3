"""AssemblyAI: top-level `words` called `text`, with times in whole milliseconds.

Others write the same keys with seconds, which have fractions.

https://www.assemblyai.com/docs/api-reference/transcripts/get
"""

from collections.abc import Callable

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.recording_names import check_recordings
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    keys_within,
    milliseconds,
    number,
    object_of,
    objects,
    text_of,
    whole_milliseconds,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether words are called `text` and have no type, unlike ElevenLabs'."""
    found = object_of(document)
    keys = keys_within(found.get("words"))
    if "segments" in found:
        return False
    return keys & {"text", "word", "type"} == {"text"}


def parse(document: object, clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` where another recording is named."""
    found = object_of(document)
    check_recordings([text_of(found.get("audio_url"))], clip_id)
    items = objects(found.get("words"))
    read = milliseconds if _has_fractions(items) else whole_milliseconds
    words = [_word(word, read) for word in items]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _has_fractions(words: list[Object]) -> bool:
    times = [number(word.get(key)) for word in words for key in ("start", "end")]
    return any(time is not None and time % 1 for time in times)


def _word(word: Object, read: Callable[[object], int | None]) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("text")),
        start_ms=read(word.get("start")),
        end_ms=read(word.get("end")),
        confidence=certain(word.get("confidence")),
    )
