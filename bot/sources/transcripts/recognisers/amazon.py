"""Amazon Transcribe and its Call Analytics.

Numbers are written as text, and punctuation has no times:
https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html and
https://docs.aws.amazon.com/transcribe/latest/dg/tca-post-call.html
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
    whole_milliseconds,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether the results are items, as Amazon Transcribe writes them."""
    return "items" in object_of(object_of(document).get("results"))


def parse(document: object) -> Transcript:
    """Return the words of all channels."""
    results = object_of(object_of(document).get("results"))
    items = objects(results.get("items"))
    words = [_word(item) for item in items if item.get("type") != "punctuation"]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def recognises_call(document: object) -> bool:
    """Return whether the document is a call by turns, as Call Analytics writes it."""
    return isinstance(object_of(document).get("Transcript"), list)


def parse_call(document: object) -> Transcript:
    """Return the words of both sides of a call."""
    words: list[LooseWord] = []
    for turn in objects(object_of(document).get("Transcript")):
        for item in list_of(turn.get("Items")):
            if object_of(item).get("Type") != "punctuation":
                words.append(_call_word(object_of(item)))
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _word(item: Object) -> LooseWord:
    best = first_of(item.get("alternatives"))
    return LooseWord(
        text=text_of(best.get("content")),
        start_ms=milliseconds(item.get("start_time")),
        end_ms=milliseconds(item.get("end_time")),
        confidence=certain(best.get("confidence")),
    )


def _call_word(item: Object) -> LooseWord:
    return LooseWord(
        text=text_of(item.get("Content")),
        start_ms=whole_milliseconds(item.get("BeginOffsetMillis")),
        end_ms=whole_milliseconds(item.get("EndOffsetMillis")),
        confidence=certain(item.get("Confidence")),
    )
