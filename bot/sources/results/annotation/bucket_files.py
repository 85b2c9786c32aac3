"""A file a clip with its settled words, in a bucket."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from bot.sources.clips.names import check_clip_id
from bot.sources.clips.object_store import build_away_error
from bot.sources.results.annotation.clip_files import latest
from bot.sources.results.annotation.writers import AnnotationFormat
from bot.sources.results.bucket_objects import (
    object_in,
    put_deletion,
    put_result,
    put_tombstone,
)
from bot.sources.results.deletion_json import is_tombstone
from bot.sources.results.result_json import check_object_name, result_from_json
from storage.records import Deletion, Result

_STATE = ".settled"


class BucketFilesSink:
    """`NAME.settled.EXT`, made of the objects `NAME.settled/HC-1042/1.json`.

    A bucket has no locks. So the results are listed again after the clip's file was
    written: who wrote it last has seen all of them.
    """

    def __init__(self, store: ObjectStore, format_: AnnotationFormat) -> None:
        self._store = store
        self._format = format_

    def deliver(self, result: Result) -> None:
        """Write the result, unless it was erased, and the clip's file anew."""
        name = f"{_folder_of(result.clip_id)}/{check_object_name(result.id)}.json"
        try:
            put_result(self._store, name, result)
            self._write(result.clip_id)
        except BaseError:
            raise build_away_error() from None

    def request_deletion(self, deletion: Deletion) -> None:
        """Replace the clip's results by tombstones, and write its file anew."""
        folder = _folder_of(deletion.clip_id)
        try:
            for name in self._versions(folder):
                result_id = name.removeprefix(f"{folder}/").removesuffix(".json")
                put_tombstone(self._store, name, result_id)
            self._write(deletion.clip_id)
            put_deletion(self._store, deletion)
        except BaseError:
            raise build_away_error() from None

    def results(self) -> Iterator[Result]:
        """Yield the results of all clips, oldest first."""
        try:
            names = [name for name in self._versions(None) if _is_state(name)]
            found = self._kept(names)
        except BaseError:
            raise build_away_error() from None
        yield from sorted(found, key=lambda result: result.settled_at)

    def _write(self, clip_id: str) -> None:
        """Write the clip's file until nothing was delivered meanwhile."""
        folder = _folder_of(clip_id)
        path = f"{clip_id}{_STATE}.{self._format.extension}"
        seen = None
        there = self._versions(folder)
        while seen != there:
            seen = there
            written = self._format.write(clip_id, latest(self._kept(seen)))
            self._store.put(path, written.encode())
            there = self._versions(folder)

    def _kept(self, names: Iterable[str]) -> list[Result]:
        """Return the results in these objects, without tombstones."""
        lines = [object_in(self._store, name) for name in names]
        kept = [line for line in lines if line and not is_tombstone(line)]
        return [result_from_json(line) for line in kept]

    def _versions(self, folder: str | None) -> dict[str, str | None]:
        """Return the objects of a folder, each with a text that changes with it."""
        return {
            entry["path"]: entry["e_tag"]
            for batch in self._store.list(prefix=folder)
            for entry in batch
        }


def _folder_of(clip_id: str) -> str:
    return f"{check_clip_id(clip_id)}{_STATE}"


def _is_state(name: str) -> bool:
    path = PurePosixPath(name)
    folder = path.parts[0]
    return path.suffix == ".json" and folder.endswith(_STATE)
