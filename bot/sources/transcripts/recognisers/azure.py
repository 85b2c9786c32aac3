"""Azure AI Speech: batch transcription (ticks of 100 ns or ms) and fast one (ms).

https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get and
https://learn.microsoft.com/azure/ai-services/speech-service/fast-transcription-create
"""

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
from bot.sources.transcripts.recording_names import check_recordings
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    first_of,
    list_of,
    number,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource

_TICKS_A_MS = 10_000


def recognises_batch(document: object) -> bool:
    """Return whether the document holds recognised phrases, as a batch writes them."""
    return "recognizedPhrases" in object_of(document)


def parse_batch(document: object, clip_id: str) -> Transcript:
    """Return the words of the best reading of each phrase.

    Raises `Invalid` where another recording is named.
    """
    check_recordings([text_of(object_of(document).get("source"))], clip_id)
    words: list[LooseWord] = []
    for phrase in objects(object_of(document).get("recognizedPhrases")):
        words += _batch_phrase(phrase)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def recognises_fast(document: object) -> bool:
    """Return whether phrases have offsets in ms, as fast transcription writes them."""
    found = object_of(document)
    return {"phrases", "combinedPhrases"} <= found.keys()


def parse_fast(document: object) -> Transcript:
    """Return the words, each as sure as its phrase: words have no confidence here."""
    words: list[LooseWord] = []
    for phrase in objects(object_of(document).get("phrases")):
        confidence = certain(phrase.get("confidence"))
        timed = [object_of(word) for word in list_of(phrase.get("words"))]
        if timed:
            words += [_fast_word(word, confidence) for word in timed]
        else:
            words += spread_if_timed(text_of(phrase.get("text")), *_fast_times(phrase))
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _batch_phrase(phrase: Object) -> list[LooseWord]:
    best = first_of(phrase.get("nBest"))
    timed = list_of(best.get("displayWords")) or list_of(best.get("words"))
    if not timed:
        return spread_if_timed(text_of(best.get("display")), *_batch_times(phrase))
    words = []
    for item in timed:
        word = object_of(item)
        start_ms, end_ms = _batch_times(word)
        confidence = certain(word.get("confidence", best.get("confidence")))
        written = text_of(word.get("word") or word.get("displayText"))
        words.append(
            LooseWord(
                text=written,
                start_ms=start_ms,
                end_ms=end_ms,
                confidence=confidence,
            )
        )
    return words


def _fast_word(word: Object, confidence: float | None) -> LooseWord:
    start_ms, end_ms = _fast_times(word)
    return LooseWord(
        text=text_of(word.get("text")),
        start_ms=start_ms,
        end_ms=end_ms,
        confidence=confidence,
    )


def _batch_times(item: Object) -> tuple[int | None, int | None]:
    """Return the start and the end, in ticks or in ms by the version of the service."""
    if "offsetInTicks" not in item:
        return _fast_times(item)
    offset, length = item.get("offsetInTicks"), item.get("durationInTicks")
    return _from_length(offset, length, _TICKS_A_MS)


def _fast_times(item: Object) -> tuple[int | None, int | None]:
    offset, length = item.get("offsetMilliseconds"), item.get("durationMilliseconds")
    return _from_length(offset, length, 1)


def _from_length(
    offset: object,
    length: object,
    units_a_ms: int,
) -> tuple[int | None, int | None]:
    start, taken = number(offset), number(length)
    if start is None or taken is None or abs(start) + abs(taken) > 1e15:
        return None, None
    return round(start / units_a_ms), round((start + taken) / units_a_ms)
