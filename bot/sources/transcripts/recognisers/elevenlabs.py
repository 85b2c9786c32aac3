"""ElevenLabs' Scribe: top-level `words` with a `type` each, and times in seconds.

https://elevenlabs.io/docs/api-reference/speech-to-text/convert
"""

import math

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    keys_within,
    list_of,
    milliseconds,
    number,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether words have a type, in one transcript or in one for each channel."""
    return any("type" in keys_within(part.get("words")) for part in _parts(document))


def parse(document: object) -> Transcript:
    """Return the words of all channels; spaces and events are left out."""
    words: list[LooseWord] = []
    for part in _parts(document):
        items = objects(part.get("words") or [])
        words += [_word(item) for item in items if item.get("type") == "word"]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _parts(document: object) -> list[Object]:
    found = object_of(document)
    return [object_of(part) for part in list_of(found.get("transcripts"))] or [found]


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("text")),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=_probability(number(word.get("logprob"))),
    )


def _probability(logarithm: float | None) -> float | None:
    if logarithm is None:
        return None
    return math.exp(min(logarithm, 0.0))
