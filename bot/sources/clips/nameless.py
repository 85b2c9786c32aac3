"""Files that have no name, so that no process that is killed leaves one behind."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def nameless_file() -> Iterator[BinaryIO]:
    """Yield an empty file that is gone with the last process that has it open.

    On Linux it lives in memory; elsewhere on the disk, unlinked before anything is
    written.
    """
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("recording"), "w+b") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as file:
            yield file
