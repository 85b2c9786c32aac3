"""A file of JSON lines as a result sink, shared by the processes of one machine."""

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
from bot.sources.results.locked_file import append_once, open_locked, open_private
from bot.sources.results.result_json import result_from_json, result_to_json
from bot.text import text
from storage.records import Deletion, Result

FILE_NAME = "results.jsonl"
_NO_INODE = -1


class JsonLinesSink:
    """One line a result, each result once. The file is readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids: set[str] = set()
        # Bytes of the file whose ids are in the set, and their lines.
        self._read_to = 0
        self._lines = 0
        self._inode = _NO_INODE

    def deliver(self, result: Result) -> None:
        """Append the result's line unless the file has it; see `ResultSink`."""
        try:
            with self._locked() as file:
                self._catch_up(file)
                if result.id not in self._ids:
                    self._append(file, result)
        except OSError:
            raise _unusable() from None

    def request_deletion(self, deletion: Deletion) -> None:
        """Replace the requests' results by tombstones, and append the deletion.

        Deletions are lines of a file of their own beside the results.
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
        """Yield the results in the order of their delivery."""
        try:
            with self._path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    if _is_result(line):
                        yield _parsed(line, number)
        except FileNotFoundError:
            return
        except OSError:
            raise _unusable() from None

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._path.parent.mkdir(
            parents=True,
            exist_ok=True,
            mode=0o700,
        )
        new = not self._path.exists()
        with open_locked(self._path) as file:
            if new:
                _sync_folder(self._path.parent)
            yield file

    def _catch_up(self, file: BinaryIO) -> None:
        """Read the lines that others appended since the last call.

        An incomplete last line, left by a crash, is removed.
        """
        status = os.fstat(file.fileno())
        is_replaced = status.st_ino != self._inode
        if is_replaced or status.st_size < self._read_to:
            self._ids.clear()
            self._read_to = 0
            self._lines = 0
            self._inode = status.st_ino
        file.seek(self._read_to)
        for line in file:
            if not line.endswith(b"\n"):
                file.truncate(self._read_to)
                break
            self._note(_id_in(line, self._lines + 1), line)

    def _append(self, file: BinaryIO, result: Result) -> None:
        """Append a line by the system's calls, past Python's buffer.

        Python would write bytes that a full disk refused again when the file closes.
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
        """Write a file without those results, then replace the old one by it."""
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
        # The next call reads the new file from its beginning.
        self._inode = _NO_INODE

    def _note(self, result_id: str, line: bytes) -> None:
        self._ids.add(result_id)
        self._read_to += len(line)
        self._lines += 1


def _is_result(line: bytes) -> bool:
    # An incomplete last line was never acknowledged.
    if not line.endswith(b"\n"):
        return False
    return not is_tombstone(line)


def _id_in(line: bytes, number: int) -> str:
    if is_tombstone(line):
        return id_of(line)
    return _parsed(line, number).id


def _buried(line: bytes, deletion: Deletion) -> bytes:
    """Return the line, or a tombstone in its place if the deletion is about it."""
    if not _is_result(line):
        return line
    result = result_from_json(line)
    is_of_clip = result.clip_id == deletion.clip_id
    if is_of_clip or result.request in deletion.requests:
        return tombstone(result.id) + b"\n"
    return line


def _unusable() -> Unavailable:
    return Unavailable(text("results.file.unusable"))


def _parsed(line: bytes, number: int) -> Result:
    try:
        return result_from_json(line)
    except Invalid:
        raise Invalid(text("results.file.not_a_result", number=number)) from None


def _sync_folder(folder: Path) -> None:
    """Flush the entries of a folder to the disk.

    A new file survives a power cut only once its folder is on the disk (man 2 fsync).
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
