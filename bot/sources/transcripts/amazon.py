"""Amazon Transcribe's output: `results.items`, numbers as text, punctuation without
times.

https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html
"""

from collections.abc import Mapping

from bot.errors import Invalid
from bot.sources.clips.timed_words import LooseWord
from bot.sources.transcripts.transcript import (
    WHAT,
    Transcript,
    certain,
    milliseconds,
    objects,
    transcript,
)
from storage.records import TimingSource


def recognises(document: Mapping[str, object]) -> bool:
    results = document.get("results")
    return isinstance(results, dict) and "items" in results


def parse(document: Mapping[str, object]) -> Transcript:
    results = document["results"]
    items = objects(results["items"]) if isinstance(results, dict) else []
    spoken = [item for item in items if item.get("type") != "punctuation"]
    return transcript([_word(item) for item in spoken], TimingSource.RECOGNISER)


def _word(item: Mapping[str, object]) -> LooseWord:
    alternatives = objects(item.get("alternatives"))
    best = alternatives[0] if alternatives else {}
    text = best.get("content")
    if not isinstance(text, str):
        raise Invalid(f"{WHAT} has an item without a word.")
    return LooseWord(
        text=text.strip(),
        start_ms=milliseconds(item.get("start_time")),
        end_ms=milliseconds(item.get("end_time")),
        confidence=certain(best.get("confidence")),
    )
