"""Files that several processes of one machine append to and replace."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock

_POLL_S = 0.01


def open_private(path: Path) -> BinaryIO:
    """Open a file for reading and writing; create it for its owner only if missing."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "r+b")


@contextmanager
def open_locked(path: Path) -> Iterator[BinaryIO]:
    """Open the file at `path` while no other thread or process has it open this way.

    The lock is a file of its own beside `path`, so `path` may be replaced under the
    lock. The system releases the lock when its process dies.
    """
    lock = FileLock(
        path.with_name(f"{path.name}.lock"),
        mode=0o600,
        poll_interval=_POLL_S,
        # A soft lock would outlive a process that was killed.
        fallback_to_soft=False,
    )
    with lock, open_private(path) as file:
        yield file


def append_once(path: Path, line: bytes) -> None:
    """Append a line unless the file has it.

    An incomplete last line, left by a crash, is removed first.
    """
    with open_locked(path) as file:
        lines = file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            file.truncate(sum(len(whole) for whole in lines[:-1]))
        if line + b"\n" not in lines:
            file.seek(0, os.SEEK_END)
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
