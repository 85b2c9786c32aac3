"""Deepgram: `results.channels`, each with alternatives that hold words.

Some exports keep the utterances alone, which hold the same words.

https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
"""

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
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
    """Return whether the results are by channel or by utterance."""
    results = object_of(object_of(document).get("results"))
    return not results.keys().isdisjoint({"channels", "utterances"})


def parse(document: object) -> Transcript:
    """Return the words of the best reading of each channel."""
    results = object_of(object_of(document).get("results"))
    words: list[LooseWord] = []
    if "channels" not in results:
        for utterance in objects(results.get("utterances")):
            words += _words(utterance)
        return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)
    for channel in objects(results.get("channels")):
        words += _words(first_of(channel.get("alternatives")))
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _words(part: Object) -> list[LooseWord]:
    """Return the words of a reading or an utterance, without times if it has none."""
    timed = [_word(object_of(word)) for word in list_of(part.get("words"))]
    if timed:
        return timed
    start_ms, end_ms = milliseconds(part.get("start")), milliseconds(part.get("end"))
    return spread_if_timed(text_of(part.get("transcript")), start_ms, end_ms)


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("punctuated_word") or word.get("word")),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=certain(word.get("confidence")),
    )
