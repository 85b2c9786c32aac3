"""AssemblyAI: top-level `words` called `text`, with times in whole milliseconds.

The words may be inside `utterances` or `sentences` alone. Others write the same keys
with seconds, which have fractions.

https://www.assemblyai.com/docs/api-reference/transcripts/get
"""

from collections.abc import Callable
from statistics import median

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.recording_names import check_recordings
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    keys_within,
    list_of,
    milliseconds,
    number,
    object_of,
    objects,
    text_of,
    whole_milliseconds,
)
from storage.records import TimingSource

_PARTS = ("utterances", "sentences")
# No recogniser gives most words less than this.
_SHORTEST_MS = 20


def recognises(document: object) -> bool:
    """Return whether words are called `text` and have no type, unlike ElevenLabs'."""
    found = object_of(document)
    if "segments" in found:
        return False
    keys = keys_within(_items(found))
    return keys & {"text", "word", "type"} == {"text"}


def parse(document: object, clip_id: str) -> Transcript:
    """Return the words; raise `Invalid` where another recording is named."""
    found = object_of(document)
    check_recordings([text_of(found.get("audio_url"))], clip_id)
    items = objects(_items(found))
    read = milliseconds if _are_seconds(items) else whole_milliseconds
    words = [_word(word, read) for word in items]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _items(found: Object) -> object:
    """Return the words, wherever they are."""
    for key in _PARTS:
        parts = [object_of(part) for part in list_of(found.get(key))]
        inner = [word for part in parts for word in list_of(part.get("words"))]
        if inner and not found.get("words"):
            return inner
    return found.get("words")


def _are_seconds(words: list[Object]) -> bool:
    """Return whether times have fractions, or words would take no time as ms."""
    lengths = []
    for word in words:
        start, end = number(word.get("start")), number(word.get("end"))
        if start is None or end is None:
            continue
        if start % 1 or end % 1:
            return True
        lengths.append(end - start)
    return bool(lengths) and median(lengths) < _SHORTEST_MS


def _word(word: Object, read: Callable[[object], int | None]) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("text")),
        start_ms=read(word.get("start")),
        end_ms=read(word.get("end")),
        confidence=certain(word.get("confidence")),
    )
