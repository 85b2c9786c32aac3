"""Clips of a manifest: one file for many of them, indexed once and whenever it changes."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources.clips.clip_files import timing_of
from bot.sources.clips.corrected import correct_times
from bot.sources.clips.names import check_clip_id, is_clip_id
from bot.sources.clips.sidecar import Sidecar, parse_sidecar
from bot.sources.manifests.entries import Entry, ManifestFormat, Table
from bot.sources.manifests.formats import format_of
from bot.sources.manifests.index import RecordIndex, build_index
from bot.sources.manifests.places import ManifestPlace
from bot.sources.transcripts.values import json_of, object_of
from bot.text import text
from storage.records import Clip, Span

DEFAULTS_NAME = "clips.json"


@dataclass(frozen=True)
class _Indexed:
    """A format, and its tables' versions and indexes."""

    format: ManifestFormat
    versions: dict[str, str | None]
    indexes: dict[str, RecordIndex]


class _ChangedError(Exception):
    """A file of the manifest was changed between two looks at it."""


class ManifestSource:
    """The clips of one manifest; `clips.json` beside it holds their common keys.

    A clip is a recording. Its id is the name of the recording's file, or the
    recording's own id in Kaldi and Lhotse.
    """

    def __init__(
        self,
        place: ManifestPlace,
        name: str,
        *,
        late_ms: int = 0,
    ) -> None:
        self._place = place
        self._name = name
        self._late_ms = late_ms
        self._lock = threading.Lock()
        self._indexed: _Indexed | None = None

    def clip(self, clip_id: str) -> Clip:
        """Return the clip; raises as `ClipSource.clip` does."""
        entry = self._entry(clip_id)
        sidecar = self._sidecar(clip_id, entry)
        clip = Clip(
            clip_id=clip_id,
            locale=sidecar.locale,
            recorded_at=sidecar.recorded_at,
            speaker=sidecar.speaker,
            consent=sidecar.consent,
            words=entry.transcript.words,
            timing=timing_of(entry.transcript, sidecar.timing),
            child=sidecar.child,
        )
        return correct_times(clip, self._late_ms, sidecar.late_ms)

    @contextmanager
    def audio(self, clip_id: str, part: Span | None = None) -> Iterator[BinaryIO]:
        """Yield the recording, open for reading."""
        with self._place.audio(self._entry(clip_id).audio, part) as file:
            yield file

    def clip_ids(self, limit: int = 100) -> list[str]:
        """Return the ids of the first records, in order."""
        tables = list(self._current().format.tables.values())
        ids: set[str] = set()
        for key in self._keys(tables[0]):
            if len(ids) >= limit:
                break
            ids.add(key)
        return sorted(ids)

    def _keys(self, table: Table) -> Iterator[str]:
        for record in table.split(self._place.chunks(table.name)):
            key = table.key_of(record)
            if key is not None and is_clip_id(key):
                yield key

    def _entry(self, clip_id: str) -> Entry:
        check_clip_id(clip_id)
        try:
            return self._entry_in(self._current(), clip_id)
        except _ChangedError:
            with self._lock:
                self._indexed = None
        try:
            return self._entry_in(self._current(), clip_id)
        except _ChangedError:
            raise Unavailable(text("sources.manifest.changing")) from None

    def _entry_in(self, indexed: _Indexed, clip_id: str) -> Entry:
        def find(table_name: str, key: str) -> Sequence[bytes]:
            return self._records(indexed, table_name, key)

        entry = indexed.format.entry(clip_id, find)
        if entry is None:
            raise NotFound(text("sources.names.no_clip"))
        return entry

    def _records(
        self,
        indexed: _Indexed,
        table_name: str,
        key: str,
    ) -> list[bytes]:
        """Return the records of a table that really have a key.

        Raises `_ChangedError` where the index leads to none: the file is another by now.
        """
        table = indexed.format.tables[table_name]
        ranges = indexed.indexes[table_name].find(key)
        records = [self._place.part(table.name, start, end) for start, end in ranges]
        found = [record for record in records if table.key_of(record) == key]
        if records and not found:
            raise _ChangedError
        return found

    def _current(self) -> _Indexed:
        """Return the index of the files as they are now."""
        with self._lock:
            indexed = self._indexed
            if indexed is None or not self._is_current(indexed):
                indexed = self._build()
                self._indexed = indexed
            return indexed

    def _is_current(self, indexed: _Indexed) -> bool:
        return all(
            self._place.version(table.name) == indexed.versions[name]
            for name, table in indexed.format.tables.items()
        )

    def _build(self) -> _Indexed:
        """Index the tables.

        The versions are read first, so that a change during the indexing is noticed.
        """
        found = format_of(self._place, self._name)
        versions = {
            name: self._place.version(table.name)
            for name, table in found.tables.items()
        }
        if None in versions.values():
            raise Invalid(text("sources.manifest.not_there"))
        indexes = {
            name: build_index(table, self._place.chunks(table.name))
            for name, table in found.tables.items()
        }
        return _Indexed(found, versions, indexes)

    def _sidecar(self, clip_id: str, entry: Entry) -> Sidecar:
        """Return a sidecar of the common keys and the keys of this clip."""
        document: dict[str, Any] = dict(self._defaults())
        own = {
            "locale": entry.locale,
            "speaker": entry.speaker,
            "consent": entry.consent,
        }
        document |= {key: value for key, value in own.items() if value is not None}
        document["clip_id"] = clip_id
        document.pop("words", None)
        return parse_sidecar(json.dumps(document).encode(), clip_id)

    def _defaults(self) -> dict[str, Any]:
        if self._place.version(DEFAULTS_NAME) is None:
            return {}
        data = b"".join(self._place.chunks(DEFAULTS_NAME))
        return dict(object_of(json_of(data)))
