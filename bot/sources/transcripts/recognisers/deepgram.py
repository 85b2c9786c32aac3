"""Deepgram: `results.channels`, each with alternatives that hold words.

https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
"""

from bot.sources.transcripts.loose_words import LooseWord
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


def recognises(document: object) -> bool:
    """Return whether the results are by channel."""
    return "channels" in object_of(object_of(document).get("results"))


def parse(document: object) -> Transcript:
    """Return the words of the best reading of each channel."""
    results = object_of(object_of(document).get("results"))
    words: list[LooseWord] = []
    for channel in objects(results.get("channels")):
        best = first_of(channel.get("alternatives"))
        words += [_word(object_of(word)) for word in list_of(best.get("words"))]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("punctuated_word") or word.get("word")),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=certain(word.get("confidence")),
    )
