"""AssemblyAI: top-level `words` called `text`, with times in whole milliseconds.

https://www.assemblyai.com/docs/api-reference/transcripts/get
"""

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    keys_within,
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


def parse(document: object) -> Transcript:
    """Return the words."""
    words = [_word(word) for word in objects(object_of(document).get("words"))]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("text")),
        start_ms=whole_milliseconds(word.get("start")),
        end_ms=whole_milliseconds(word.get("end")),
        confidence=certain(word.get("confidence")),
    )
