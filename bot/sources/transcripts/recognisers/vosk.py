"""Vosk: `result` with words called `word` and confidences called `conf`.

One object, or one for each pause in a list: https://alphacephei.com/vosk/
"""

from bot.sources.transcripts.loose_words import LooseWord
from bot.sources.transcripts.transcript import Transcript, build_transcript
from bot.sources.transcripts.values import (
    Object,
    certain,
    first_of,
    keys_within,
    list_of,
    milliseconds,
    object_of,
    text_of,
)
from storage.records import TimingSource


def recognises(document: object) -> bool:
    """Return whether there is a `result` of words, by itself or in each of a list."""
    return any("word" in keys_within(_result(part)) for part in _parts(document))


def parse(document: object) -> Transcript:
    """Return the words of all parts."""
    words: list[LooseWord] = []
    for part in _parts(document):
        words += [_word(object_of(word)) for word in list_of(_result(part))]
    return build_transcript(words, TimingSource.RECOGNISER, is_evident=True)


def _parts(document: object) -> list[Object]:
    parts = document if isinstance(document, list) else [document]
    return [object_of(part) for part in parts]


def _result(part: Object) -> object:
    """Return the words of a part; with alternatives, those of the best one."""
    if "alternatives" in part:
        return first_of(part["alternatives"]).get("result")
    return part.get("result")


def _word(word: Object) -> LooseWord:
    return LooseWord(
        text=text_of(word.get("word")),
        start_ms=milliseconds(word.get("start")),
        end_ms=milliseconds(word.get("end")),
        confidence=certain(word.get("conf")),
    )
