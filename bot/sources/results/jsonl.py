"""Results as JSON lines in one file, safe to append to from several processes of one
machine.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import Invalid, Unavailable
from bot.sources.results.deletion_json import (
    deletion_to_json,
    id_of,
    is_tombstone,
    tombstone,
)
from bot.sources.results.locked_file import append_once, locked, open_private
from bot.sources.results.result_json import result_from_json, result_to_json
from storage.records import Deletion, Result

FILE_NAME = "results.jsonl"


class JsonLinesSink:
    """One line a result, each result once. The file is readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: set[str] = set()
        self._read_to = 0  # bytes of the file whose ids are in the set
        self._lines = 0
        self._inode = -1

    def deliver(self, result: Result) -> None:
        try:
            with self._locked() as file:
                self._catch_up(file)
                if result.id not in self._ids:
                    self._append(file, result)
        except OSError:
            raise _unusable() from None

    def request_deletion(self, deletion: Deletion) -> None:
        """A line in a file of its own; lines of the requests' results become
        tombstones.
        """
        try:
            with self._locked() as file:
                self._catch_up(file)
                self._bury(file, deletion)
            append_once(
                self._path.with_suffix(".deletions.jsonl"), deletion_to_json(deletion)
            )
        except OSError:
            raise _unusable() from None

    def results(self) -> Iterator[Result]:
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    # A torn last line was never acknowledged.
                    if line.endswith(b"\n") and not is_tombstone(line):
                        yield _parsed(line, number)
        except FileNotFoundError:
            return
        except OSError:
            raise _unusable() from None

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = not self._path.exists()
        with locked(self._path) as file:
            if new:
                _sync_folder(self._path.parent)
            yield file

    def _catch_up(self, file: BinaryIO) -> None:
        """Reads what others appended since; repairs a line that a crash cut short."""
        status = os.fstat(file.fileno())
        if status.st_ino != self._inode or status.st_size < self._read_to:
            self._ids, self._read_to, self._lines = set(), 0, 0
            self._inode = status.st_ino
        file.seek(self._read_to)
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(self._read_to)
                break
            known = (
                id_of(line) if is_tombstone(line) else _parsed(line, self._lines + 1).id
            )
            self._note(known, line)

    def _append(self, file: BinaryIO, result: Result) -> None:
        """Past Python's buffer: what a full disk refused must not be written again on
        close.
        """
        line = result_to_json(result) + b"\n"
        try:
            written = 0
            while written < len(line):
                written += os.pwrite(
                    file.fileno(), line[written:], self._read_to + written
                )
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), self._read_to)
            raise
        self._note(result.id, line)

    def _bury(self, file: BinaryIO, deletion: Deletion) -> None:
        """Write the file anew without those results, then put it in the old one's
        place.
        """
        file.seek(0)
        lines = file.readlines()
        kept = [_buried(line, deletion) for line in lines]
        if kept == lines:
            return
        replacement = self._path.with_suffix(".new")
        with open_private(replacement) as new:
            new.truncate(0)
            new.writelines(kept)
            new.flush()
            os.fsync(new.fileno())
        replacement.replace(self._path)
        _sync_folder(self._path.parent)
        # Everything is read again next time: this is another file.
        self._inode = -1

    def _note(self, result_id: str, line: bytes) -> None:
        self._ids.add(result_id)
        self._read_to += len(line)
        self._lines += 1


def _buried(line: bytes, deletion: Deletion) -> bytes:
    if not line.endswith(b"\n") or is_tombstone(line):
        return line
    result = result_from_json(line)
    gone = result.request in deletion.requests or result.clip_id == deletion.clip_id
    return tombstone(result.id) + b"\n" if gone else line


def _unusable() -> Unavailable:
    return Unavailable(
        "The result file cannot be used. Check RESULT_SINK, its permissions and the space left on"
        " the disk."
    )


def _parsed(line: bytes, number: int) -> Result:
    try:
        return result_from_json(line)
    except Invalid:
        raise Invalid(
            f"Line {number} of the result file is not a result. Check that RESULT_SINK names a"
            " file that only help-clip writes."
        ) from None


def _sync_folder(folder: Path) -> None:
    """A new file survives a power cut only once its folder is on the disk too (man 2
    fsync).
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
