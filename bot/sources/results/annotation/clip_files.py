"""A file a clip with its settled words, in a format that annotation tools read."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.errors import Unavailable
from bot.sources.clips.names import check_clip_id
from bot.sources.results.annotation.writers import AnnotationFormat
from bot.sources.results.jsonl import JsonLinesSink
from bot.sources.results.locked_file import open_locked, open_private
from bot.text import text
from storage.records import Deletion, Result

_STATE = ".settled.jsonl"


class ClipFilesSink:
    """`NAME.settled.EXT` beside the lossless `NAME.settled.jsonl` it is made from.

    A clip source takes neither for a draft: the word "settled" stands in their names.
    """

    def __init__(self, folder: Path, format_: AnnotationFormat) -> None:
        self._folder = folder
        self._format = format_

    def deliver(self, result: Result) -> None:
        """Write the clip's file anew; a later revision replaces an earlier one."""
        self._state_of(result.clip_id).deliver(result)
        self._write(result.clip_id)

    def request_deletion(self, deletion: Deletion) -> None:
        """Write the clip's file without those results; see `ResultSink`."""
        self._state_of(deletion.clip_id).request_deletion(deletion)
        self._write(deletion.clip_id)

    def results(self) -> Iterator[Result]:
        """Yield the results of all clips, oldest first."""
        found: list[Result] = []
        try:
            for path in self._folder.glob(f"*{_STATE}"):
                found += JsonLinesSink(path).results()
        except OSError:
            raise Unavailable(text("results.file.unusable")) from None
        yield from sorted(found, key=lambda result: result.settled_at)

    def _state_of(self, clip_id: str) -> JsonLinesSink:
        return JsonLinesSink(self._folder / f"{check_clip_id(clip_id)}{_STATE}")

    def _write(self, clip_id: str) -> None:
        """Replace the file in one step, so that no tool reads half of it."""
        path = self._folder / f"{clip_id}.settled.{self._format.extension}"
        try:
            with open_locked(path):
                results = latest(self._state_of(clip_id).results())
                written = self._format.write(clip_id, results)
                replacement = path.with_name(f"{path.name}.new")
                with open_private(replacement) as file:
                    file.truncate(0)
                    file.write(written.encode())
                    file.flush()
                    os.fsync(file.fileno())
                replacement.replace(path)
        except OSError:
            raise Unavailable(text("results.file.unusable")) from None


def latest(results: Iterable[Result]) -> list[Result]:
    """Return the last revision of each request, in order of the spans."""
    by_request: dict[str, Result] = {}
    for result in results:
        known = by_request.get(result.request)
        if known is None or revision_of(result.id) >= revision_of(known.id):
            by_request[result.request] = result
    return sorted(
        by_request.values(), key=lambda each: (each.span.start_ms, each.span.end_ms)
    )


def revision_of(result_id: str) -> int:
    """Return the number after the last slash of a result's id; 0 without one."""
    number = result_id.rpartition("/")[2]
    if not number.isdecimal():
        return 0
    return int(number)
