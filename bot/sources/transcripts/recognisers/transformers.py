"""The speech pipeline of Hugging Face Transformers: `chunks` with a `timestamp` each.

https://huggingface.co/docs/transformers/main_classes/pipelines
"""

from bot.sources.transcripts.loose_words import LooseWord, spread_if_timed
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
    return spread_if_timed(text_of(chunk.get("text")), start_ms, end_ms)


def _times(chunk: Object) -> tuple[int | None, int | None]:
    times = list_of(chunk.get("timestamp"))
    if len(times) != 2:
        return None, None
    return milliseconds(times[0]), milliseconds(times[1])
