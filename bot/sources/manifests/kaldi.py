"""A Kaldi data folder: `wav.scp`, `text`, and `segments` where there are any.

https://kaldi-asr.org/doc/data_prep.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import Invalid
from bot.sources.manifests.entries import Entry, Find, Table
from bot.sources.transcripts.loose_words import LooseWord, spread
from bot.sources.transcripts.transcript import build_transcript
from bot.sources.transcripts.values import times_in_ms
from bot.text import text
from storage.records import TimingSource

WAV, TEXT, SEGMENTS = "wav.scp", "text", "segments"


@dataclass(frozen=True)
class Kaldi:
    """A line a recording, a line an utterance, and where utterances lie."""

    has_segments: bool

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the files of the folder; segments are found by their recording."""
        tables = {
            WAV: Table(WAV, _first),
            TEXT: Table(TEXT, _first),
        }
        if self.has_segments:
            tables[SEGMENTS] = Table(SEGMENTS, _second)
        return tables

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording with the words of its segments.

        Without segments an utterance is a whole recording, and nothing is known of when
        its words are spoken.
        """
        lines = find(WAV, clip_id)
        if not lines:
            return None
        audio = _fields(lines[0], 2)[1]
        if audio.endswith("|"):
            raise Invalid(text("sources.manifest.pipe"), field="clip")
        words: list[LooseWord] = []
        if self.has_segments:
            for line in find(SEGMENTS, clip_id):
                words += self._words(line, find)
        made = build_transcript(words, TimingSource.RECOGNISER)
        return Entry(audio=audio, transcript=made)

    def _words(self, segment: bytes, find: Find) -> list[LooseWord]:
        utterance, _, start, end = _fields(segment, 4)
        start_ms, end_ms = times_in_ms(start, end)
        said = " ".join(_fields(line, 2)[1] for line in find(TEXT, utterance))
        return spread(said, start_ms, end_ms)


def _fields(line: bytes, number: int) -> list[str]:
    """Return so many fields of a line, the last with the rest, empty where missing."""
    fields = line.decode("utf-8", "replace").split(maxsplit=number - 1)
    padded = [*fields, *[""] * number]
    return [field.strip() for field in padded[:number]]


def _first(line: bytes) -> str | None:
    return _fields(line, 1)[0].split(maxsplit=1)[0] if line.strip() else None


def _second(line: bytes) -> str | None:
    return _fields(line, 3)[1] or None
