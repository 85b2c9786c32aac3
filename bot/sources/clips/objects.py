"""Clips in an object store, and results as one object each."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources.clips.clip_files import build_clip
from bot.sources.clips.names import audio_name, check_clip_id, clip_id_of_sidecar
from bot.sources.clips.object_store import away
from bot.sources.clips.reading import MAX_SIDE_FILE_BYTES
from bot.sources.results.deletion_json import deletion_to_json, is_tombstone, tombstone
from bot.sources.results.result_json import result_from_json, result_to_json
from storage.records import Clip, Deletion, Result

MAX_AUDIO_BYTES = 200 * 1000 * 1000
_CHUNK = 1024 * 1024
_DELETIONS = "deletions"
_RESULT_ID = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


class ObjectSource:
    """As `FolderSource`, with the bucket and prefix of `store` for the folder."""

    def __init__(
        self, store: ObjectStore, max_audio_bytes: int = MAX_AUDIO_BYTES
    ) -> None:
        self._store = store
        self._max_audio_bytes = max_audio_bytes

    def clip(self, clip_id: str) -> Clip:
        check_clip_id(clip_id)
        return build_clip(clip_id, self._names(clip_id), self._read)

    @contextmanager
    def audio(self, clip_id: str) -> Iterator[Path]:
        """A private copy that is gone after the `with`."""
        check_clip_id(clip_id)
        name = audio_name(clip_id, self._names(clip_id))
        with tempfile.NamedTemporaryFile(
            prefix="help-clip-", suffix=Path(name).suffix
        ) as file:
            try:
                for chunk in self._chunks(name, self._max_audio_bytes, "The recording"):
                    file.write(chunk)
                file.flush()
            except OSError:
                raise Unavailable(
                    "There is no room for a copy of the recording. Make some in the folder for"
                    " temporary files."
                ) from None
            yield Path(file.name)

    def clip_ids(self, limit: int = 100) -> list[str]:
        """The first in the store's own order, which is that of the names on S3."""
        ids = (clip_id_of_sidecar(name) for name in self._listed())
        return sorted(islice((clip_id for clip_id in ids if clip_id), limit))

    def _names(self, clip_id: str) -> list[str]:
        """All names starting with `NAME.`, by one listing that begins there.

        A prefix would not do: obstore's are whole folders. S3, Google and most others
        list in the order of names, so the first that sorts later ends it.
        """
        start = f"{clip_id}."
        found = []
        for name in self._listed(after=start):
            if name.startswith(start):
                found.append(name)
            elif name > start:
                break
        return found

    def _listed(self, after: str | None = None) -> Iterator[str]:
        try:
            for batch in self._store.list(offset=after):
                yield from (entry["path"] for entry in batch)
        except BaseError:
            raise away() from None

    def _read(self, name: str) -> bytes:
        return b"".join(self._chunks(name, MAX_SIDE_FILE_BYTES, "A file of that clip"))

    def _chunks(self, name: str, max_bytes: int, what: str) -> Iterator[bytes]:
        """Of one object; raises `Invalid` as soon as it turns out to be over
        `max_bytes`.
        """
        try:
            got = self._store.get(name)
            total = got.meta["size"]
            if total > max_bytes:
                raise Invalid(
                    f"{what} is larger than {max_bytes // 1_000_000} MB. Clips are about half a"
                    " minute; check that it is the right file."
                )
            for chunk in got.stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)
        except (
            FileNotFoundError
        ):  # obstore's for "no such object"; gone since it was listed
            raise NotFound(
                "There is no such clip. Check the clip id in the work tool."
            ) from None
        except BaseError:
            raise away() from None


class ObjectSink:
    """One object a result, `HC-1042/1.json`; delivering again writes the same object
    again.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def deliver(self, result: Result) -> None:
        if _RESULT_ID.fullmatch(result.id) is None:
            raise Invalid("That result's id cannot be the name of an object.")
        try:
            self._store.put(f"{result.id}.json", result_to_json(result) + b"\n")
        except BaseError:
            raise away() from None

    def request_deletion(self, deletion: Deletion) -> None:
        """An object `deletions/E-7.json`; the requests' results become tombstones."""
        try:
            for request in deletion.requests:
                for batch in self._store.list(prefix=request):
                    for entry in batch:
                        grave = tombstone(entry["path"].removesuffix(".json"))
                        self._store.put(entry["path"], grave + b"\n")
            name = f"{_DELETIONS}/{deletion.id}.json"
            self._store.put(name, deletion_to_json(deletion) + b"\n")
        except BaseError:
            raise away() from None

    def results(self) -> Iterator[Result]:
        """Oldest first, by when they were written."""
        try:
            entries = [entry for batch in self._store.list() for entry in batch]
            for entry in sorted(entries, key=lambda e: (e["last_modified"], e["path"])):
                path = PurePosixPath(entry["path"])
                if path.suffix == ".json" and path.parts[0] != _DELETIONS:
                    line = bytes(self._store.get(entry["path"]).bytes())
                    if not is_tombstone(line):
                        yield result_from_json(line)
        except (BaseError, FileNotFoundError):
            raise away() from None
