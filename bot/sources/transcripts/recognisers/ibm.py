"""IBM Watson Speech to Text: `timestamps` as lists of a word, a start and an end.

https://cloud.ibm.com/docs/speech-to-text?topic=speech-to-text-metadata
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
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether an alternative has timestamps."""
    results = list_of(object_of(document).get("results"))
    return any(
        "timestamps" in first_of(object_of(result).get("alternatives"))
        for result in results
    )


def parse(document: object) -> Transcript:
    """Return the words of the final results."""
    words: list[LooseWord] = []
    for result in list_of(object_of(document).get("results")):
        if object_of(result).get("final", True):
            best = first_of(object_of(result).get("alternatives"))
            untimed = spread_if_timed(text_of(best.get("transcript")), None, None)
            words += _words(best) or untimed
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _words(best: Object) -> list[LooseWord]:
    confidences = list_of(best.get("word_confidence"))
    words = []
    for index, item in enumerate(list_of(best.get("timestamps"))):
        word, start, end = _padded(item, 3)
        _, confidence = _padded(
            confidences[index] if index < len(confidences) else None, 2
        )
        words.append(
            LooseWord(
                text=text_of(word),
                start_ms=milliseconds(start),
                end_ms=milliseconds(end),
                confidence=certain(confidence),
            )
        )
    return words


def _padded(item: object, size: int) -> list[object]:
    """Return the first `size` values of a list, None for those that are missing."""
    return [*list_of(item), *[None] * size][:size]
