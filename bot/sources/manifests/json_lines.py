"""JSON lines: NeMo's manifests, and Lhotse's cuts, supervisions and recordings.

https://docs.nvidia.com/nemo-framework/user-guide/latest/nemotoolkit/asr/datasets.html and
https://lhotse.readthedocs.io/en/latest/datasets.html
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import from_json

from bot.errors import Invalid
from bot.sources.manifests.entries import Entry, Find, Table, stem_of
from bot.sources.transcripts.loose_words import LooseWord, spread
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
from bot.text import text
from storage.records import TimingSource


def object_in(line: bytes) -> Object:
    """Return the object of a line, or an empty one.

    A million of them are read at once; pydantic's reader takes a seventh of json's time.
    """
    try:
        return object_of(from_json(line.removeprefix(codecs.BOM_UTF8)))
    except ValueError:
        return {}


@dataclass(frozen=True)
class Nemo:
    """A line a recording, or a line for each stretch of one (`offset`)."""

    name: str

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the manifest itself."""
        return {"manifest": Table(self.name, self._key_of)}

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording with the texts of all its lines."""
        lines = [object_in(line) for line in find("manifest", clip_id)]
        if not lines:
            return None
        words = [word for line in lines for word in _stretch(line, "offset")]
        return _entry(text_of(lines[0].get("audio_filepath")), lines[0], words)

    def _key_of(self, line: bytes) -> str | None:
        path = text_of(object_in(line).get("audio_filepath"))
        if not path:
            return None
        return stem_of(path)


@dataclass(frozen=True)
class LhotseCuts:
    """A line a cut, which holds its recording and its supervisions."""

    name: str

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the manifest itself."""
        return {"cuts": Table(self.name, self._key_of)}

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording with the supervisions of all its cuts."""
        cuts = [object_in(line) for line in find("cuts", clip_id)]
        if not cuts:
            return None
        words: list[LooseWord] = []
        for cut in cuts:
            first_ms = milliseconds(cut.get("start")) or 0
            for supervision in list_of(cut.get("supervisions")):
                words += _supervision(object_of(supervision), first_ms)
        about = first_of(cuts[0].get("supervisions"))
        return _entry(_source(object_of(cuts[0].get("recording"))), about, words)

    def _key_of(self, line: bytes) -> str | None:
        return text_of(object_of(object_in(line).get("recording")).get("id")) or None


@dataclass(frozen=True)
class LhotseSupervisions:
    """Supervisions in one file, recordings in another beside it."""

    name: str
    recordings_name: str

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the supervisions and the recordings."""
        return {
            "supervisions": Table(self.name, _KeyedBy("recording_id")),
            "recordings": Table(self.recordings_name, _KeyedBy("id")),
        }

    def entry(self, clip_id: str, find: Find) -> Entry | None:
        """Return the recording with all its supervisions."""
        recordings = find("recordings", clip_id)
        if not recordings:
            return None
        supervisions = [object_in(line) for line in find("supervisions", clip_id)]
        words = [word for each in supervisions for word in _supervision(each, 0)]
        about = supervisions[0] if supervisions else {}
        return _entry(_source(object_in(recordings[0])), about, words)


class _KeyedBy:
    """The text of one key of a line."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, line: bytes) -> str | None:
        return text_of(object_in(line).get(self._key)) or None


def _stretch(
    line: Object,
    start_key: str,
    first_ms: int = 0,
) -> list[LooseWord]:
    """Return the words of a text that has a start and a duration."""
    start_ms = (milliseconds(line.get(start_key)) or 0) + first_ms
    length_ms = milliseconds(line.get("duration"))
    if length_ms is None:
        return []
    start_ms = max(start_ms, 0)
    return spread(text_of(line.get("text")), start_ms, start_ms + max(length_ms, 0))


def _supervision(supervision: Object, first_ms: int) -> list[LooseWord]:
    """Return the words of a supervision, by its alignment where it has one."""
    aligned = list_of(object_of(supervision.get("alignment")).get("word"))
    if not aligned:
        return _stretch(supervision, "start", first_ms)
    words = []
    for item in aligned:
        symbol, start, length, score = [*list_of(item), *[None] * 4][:4]
        start_ms, length_ms = milliseconds(start), milliseconds(length)
        if start_ms is None or length_ms is None:
            raise Invalid(text("sources.transcript.segment_without_times"))
        begin_ms = start_ms + first_ms
        words.append(
            LooseWord(
                text=text_of(symbol),
                start_ms=begin_ms,
                end_ms=begin_ms + length_ms,
                confidence=certain(score),
            )
        )
    return words


def _source(recording: Object) -> str:
    return text_of(first_of(recording.get("sources")).get("source"))


def _entry(
    audio: str,
    about: Object,
    words: list[LooseWord],
) -> Entry:
    return Entry(
        audio=audio,
        transcript=_transcript(words),
        locale=about.get("locale") or about.get("lang"),
        speaker=about.get("speaker"),
        consent=about.get("consent"),
    )


def _transcript(words: list[LooseWord]) -> Transcript:
    return build_transcript(words, TimingSource.RECOGNISER)
