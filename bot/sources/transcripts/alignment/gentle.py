"""Gentle: `words`, each with a `case`; those it did not find have no times.

https://github.com/strob/gentle
"""

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    keys_within,
    milliseconds,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether words have a case."""
    return {"word", "case"} <= keys_within(object_of(document).get("words"))


def parse(document: object) -> Transcript:
    """Return the words, those that were not found in the gaps between the others."""
    words = [_word(word) for word in objects(object_of(document).get("words"))]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("word")),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
    )
