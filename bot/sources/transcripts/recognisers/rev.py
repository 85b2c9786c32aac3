"""Rev and Rev AI: `monologues` of elements with `ts` and `end_ts`.

https://docs.rev.ai/api/asynchronous/transcripts/
"""

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    list_of,
    milliseconds,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether the document is a list of monologues."""
    return isinstance(object_of(document).get("monologues"), list)


def parse(document: object) -> Transcript:
    """Return the words of all speakers; punctuation is left out."""
    words: list[LooseWord] = []
    for monologue in objects(object_of(document).get("monologues")):
        elements = [object_of(item) for item in list_of(monologue.get("elements"))]
        words += [_word(item) for item in elements if item.get("type") != "punct"]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(element: Object) -> LooseWord:
    return LooseWord(
        text=text_of(element.get("value")),
        start_ms=milliseconds(element.get("ts")),
        end_ms=milliseconds(element.get("end_ts")),
        confidence=certain(element.get("confidence")),
    )
