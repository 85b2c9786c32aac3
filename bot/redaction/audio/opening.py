"""Recordings as open files, whether they come by path or open already."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import Invalid
from bot.text import text

# A clip source hands over an open file, which may have no name. A person at the command
# line names one.
Recording = Path | BinaryIO


@contextmanager
def open_recording(recording: Recording) -> Iterator[BinaryIO]:
    """Yield the recording as an open file, at its first byte.

    Raises Invalid where it cannot be opened or read.
    """
    try:
        if isinstance(recording, Path):
            with recording.open("rb") as file:
                yield file
        else:
            recording.seek(0)
            yield recording
    except OSError as error:
        raise Invalid(text("redaction.decode.cannot_be_opened")) from error
