"""Files that several processes of one machine append to and replace."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def open_private(path: Path) -> BinaryIO:
    """Open for reading and writing, made if need be, for its owner only."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+b")


@contextmanager
def locked(path: Path) -> Iterator[BinaryIO]:
    """The file that is at `path` now, with nobody else in it."""
    while True:
        with open_private(path) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # given up when the file is closed
            # While we waited for the lock another process may have put a new file in
            # its place.
            if _is_at(file, path):
                yield file
                return


def append_once(path: Path, line: bytes) -> None:
    """Append a line unless the file has it. A line that a crash cut short is removed
    first.
    """
    with locked(path) as file:
        lines = file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            file.truncate(sum(len(whole) for whole in lines[:-1]))
        if line + b"\n" not in lines:
            file.seek(0, os.SEEK_END)
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _is_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
