"""The speech pipeline of Hugging Face Transformers: `chunks` with a `timestamp` each.

https://huggingface.co/docs/transformers/main_classes/pipelines
"""

from bot.redaction.masking.speaking_time import longest_ms
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    list_of,
    milliseconds,
    object_of,
    objects,
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether the document is a text with chunks."""
    return isinstance(object_of(document).get("chunks"), list)


def parse(document: object) -> Transcript:
    """Return the words; the end of the last chunk may be missing."""
    words: list[LooseWord] = []
    for chunk in objects(object_of(document).get("chunks")):
        words += _chunk(chunk)
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _chunk(chunk: Object) -> list[LooseWord]:
    start_ms, end_ms = _times(chunk)
    written = text_of(chunk.get("text"))
    if start_ms is not None and end_ms is not None:
        return spread(written, max(start_ms, 0), max(start_ms, end_ms, 0))
    words = written.split()
    if len(words) == 1:
        return [
            LooseWord(
                text=written,
                start_ms=start_ms,
                end_ms=end_ms,
            )
        ]
    if start_ms is not None:
        # The last chunk has no end: it is as long as its words can take.
        start_ms = max(start_ms, 0)
        return spread(written, start_ms, start_ms + sum(longest_ms(words)))
    return [
        LooseWord(
            text=word,
            start_ms=None,
            end_ms=None,
        )
        for word in words
    ]


def _times(chunk: Object) -> tuple[int | None, int | None]:
    times = list_of(chunk.get("timestamp"))
    if len(times) != 2:
        return None, None
    return milliseconds(times[0]), milliseconds(times[1])
