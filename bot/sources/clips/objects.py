"""Clips in an object store, and results as one object each."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from obstore.exceptions import BaseError, PreconditionError
from obstore.store import ObjectStore

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources.clips.clip_files import build_clip
from bot.sources.clips.nameless import nameless_file
from bot.sources.clips.names import audio_name, check_clip_id, clip_id_of_sidecar
from bot.sources.clips.object_store import build_away_error
from bot.sources.clips.reading import MAX_SIDE_FILE_BYTES
from bot.sources.clips.wav_parts import HEAD_BYTES, bytes_of_part
from bot.sources.results.bucket_objects import (
    DELETIONS,
    put_deletion,
    put_result,
    put_tombstone,
)
from bot.sources.results.deletion_json import is_tombstone
from bot.sources.results.result_json import check_object_name, result_from_json
from bot.text import text
from storage.records import Clip, Deletion, Result, Span

# obstore has these for type checkers only.
if TYPE_CHECKING:
    from obstore import GetOptions, ObjectMeta

MAX_AUDIO_BYTES = 200 * 1000 * 1000
# A recording of up to this size is not worth a second question to the store.
_SMALL_BYTES = 2 * 1024 * 1024
_CHUNK_BYTES = 1024 * 1024


class ObjectSource:
    """As `FolderSource`, with the bucket and prefix of `store` for the folder."""

    def __init__(
        self,
        store: ObjectStore,
        max_audio_bytes: int = MAX_AUDIO_BYTES,
        *,
        late_ms: int = 0,
    ) -> None:
        self._store = store
        self._late_ms = late_ms
        self._max_audio_bytes = max_audio_bytes

    def clip(self, clip_id: str) -> Clip:
        """Return the clip; raises as `ClipSource.clip` does."""
        check_clip_id(clip_id)
        objects = self._objects(clip_id)
        return build_clip(
            clip_id,
            objects,
            self._read,
            self._late_ms,
        )

    @contextmanager
    def audio(self, clip_id: str, part: Span | None = None) -> Iterator[BinaryIO]:
        """Yield the recording in memory, or a file without a name.

        Of a large WAV only the bytes of `part` are fetched; the others are zeros.
        """
        check_clip_id(clip_id)
        objects = self._objects(clip_id)
        name = audio_name(clip_id, objects)
        with self.opened(objects[name], part) as file:
            yield file

    @contextmanager
    def opened(
        self, recording: "ObjectMeta", part: Span | None = None
    ) -> Iterator[BinaryIO]:
        """Yield one object as `audio` does."""
        with nameless_file() as file:
            try:
                self._fetch(recording, part, file)
            except OSError:
                raise Unavailable(text("sources.bucket.no_room")) from None
            file.seek(0)
            yield file

    def clip_ids(self, limit: int = 100) -> list[str]:
        """Return the first ids in the store's own order, that of the names on S3."""
        ids = (clip_id_of_sidecar(entry["path"]) for entry in self._listed())
        return sorted(islice((clip_id for clip_id in ids if clip_id), limit))

    def _objects(self, clip_id: str) -> dict[str, "ObjectMeta"]:
        """Return all objects whose names start with `NAME.`, by one listing.

        A prefix would not do: obstore's are whole folders. S3, Google and most others
        list in the order of names, so the first that sorts later ends it.
        """
        start = f"{clip_id}."
        found = {}
        for entry in self._listed(after=start):
            name = entry["path"]
            if name.startswith(start):
                found[name] = entry
            elif name > start:
                break
        return found

    def _listed(self, after: str | None = None) -> Iterator["ObjectMeta"]:
        try:
            for batch in self._store.list(offset=after):
                yield from batch
        except BaseError:
            raise build_away_error() from None

    def _fetch(
        self,
        recording: "ObjectMeta",
        part: Span | None,
        file: BinaryIO,
    ) -> None:
        """Write the recording, or what `part` needs of it, at its places in the file."""
        size = recording["size"]
        if size > self._max_audio_bytes:
            raise _too_large("recording_too_large", self._max_audio_bytes)
        whole = range(size)
        if part is None or size <= _SMALL_BYTES:
            self._write(recording, whole, file)
            return
        head = range(HEAD_BYTES)
        self._write(recording, head, file)
        file.seek(0)
        needed = bytes_of_part(file.read(HEAD_BYTES), size, part) or whole
        rest = range(max(needed.start, head.stop), needed.stop)
        if rest:
            self._write(recording, rest, file)
        file.truncate(size)

    def _write(
        self,
        recording: "ObjectMeta",
        part: range,
        file: BinaryIO,
    ) -> None:
        """Write some bytes of the object at their places in the file.

        Raises `Unavailable` where it has become another object since it was listed.
        """
        file.seek(part.start)
        options: GetOptions = {}
        if recording["e_tag"] is not None:
            options["if_match"] = recording["e_tag"]
        if len(part) < recording["size"]:
            options["range"] = (part.start, part.stop)
        with _answering():
            got = self._store.get(recording["path"], options=options)
            for chunk in got.stream(min_chunk_size=_CHUNK_BYTES):
                file.write(chunk)
        if file.tell() != part.stop:
            raise Unavailable(text("sources.bucket.changed"))

    def _read(self, name: str) -> bytes:
        """Return a sidecar or transcript."""
        with _answering():
            got = self._store.get(name)
            if got.meta["size"] > MAX_SIDE_FILE_BYTES:
                raise _too_large("file_too_large", MAX_SIDE_FILE_BYTES)
            return bytes(got.bytes())


@contextmanager
def _answering() -> Iterator[None]:
    """Raise our own errors for those of the store."""
    try:
        yield
    except PreconditionError:
        raise Unavailable(text("sources.bucket.changed")) from None
    except FileNotFoundError:
        # This is obstore's "no such object": it is gone since it was listed.
        raise NotFound(text("sources.names.no_clip")) from None
    except BaseError:
        raise build_away_error() from None


def _too_large(sentence: str, most_bytes: int) -> Invalid:
    most = most_bytes // 1_000_000
    return Invalid(text(f"sources.bucket.{sentence}", most=most))


class ObjectSink:
    """One object a result, `HC-1042/1.json`; a second delivery writes it again."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def deliver(self, result: Result) -> None:
        """Write the result's object, unless an erasure's tombstone stands there."""
        name = f"{check_object_name(result.id)}.json"
        try:
            put_result(self._store, name, result)
        except BaseError:
            raise build_away_error() from None

    def request_deletion(self, deletion: Deletion) -> None:
        """Write `deletions/E-7.json`; the requests' results become tombstones."""
        try:
            for request in deletion.requests:
                for batch in self._store.list(prefix=request):
                    for entry in batch:
                        name = entry["path"]
                        put_tombstone(self._store, name, name.removesuffix(".json"))
            put_deletion(self._store, deletion)
        except BaseError:
            raise build_away_error() from None

    def results(self) -> Iterator[Result]:
        """Yield the results, oldest first, by when they were written."""
        try:
            entries = [entry for batch in self._store.list() for entry in batch]
            for entry in sorted(entries, key=lambda e: (e["last_modified"], e["path"])):
                path = PurePosixPath(entry["path"])
                if path.suffix == ".json" and path.parts[0] != DELETIONS:
                    line = bytes(self._store.get(entry["path"]).bytes())
                    if not is_tombstone(line):
                        yield result_from_json(line)
        except (BaseError, FileNotFoundError):
            raise build_away_error() from None
