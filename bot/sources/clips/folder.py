"""Clips in a local folder."""

import heapq
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import product
from pathlib import Path
from typing import BinaryIO

from bot.errors import Invalid, Unavailable
from bot.sources.clips.clip_files import build_clip
from bot.sources.clips.names import (
    AUDIO_EXTENSIONS,
    SIDECAR_EXTENSION,
    TRANSCRIPT_EXTENSIONS,
    audio_name,
    check_clip_id,
    clip_id_of_sidecar,
    is_audio_name,
)
from bot.sources.clips.reading import MAX_SIDE_FILE_BYTES
from bot.text import text
from storage.records import Clip, Span

_OTHER_EXTENSIONS = (*TRANSCRIPT_EXTENSIONS, SIDECAR_EXTENSION)


class FolderSource:
    """`NAME.<audio>` with `NAME.json`, all in one folder; nothing outside is opened."""

    def __init__(self, folder: Path, *, late_ms: int = 0) -> None:
        self._folder = folder
        self._late_ms = late_ms

    def clip(self, clip_id: str) -> Clip:
        """Return the clip; raises as `ClipSource.clip` does."""
        files = self._files(clip_id)
        return build_clip(
            clip_id,
            files,
            lambda name: _read(files[name]),
            self._late_ms,
        )

    @contextmanager
    def audio(self, clip_id: str, _part: Span | None = None) -> Iterator[BinaryIO]:
        """Yield the recording itself, open for reading."""
        files = self._files(clip_id)
        path = files[audio_name(clip_id, files)]
        with _readable():
            file = open(path, "rb")  # noqa: PTH123, SIM115 - closed below
        with file:
            yield file

    def clip_ids(self, limit: int = 100) -> list[str]:
        """Return the first ids in order."""
        with _opened(self._folder), _readable():
            ids = (clip_id_of_sidecar(path.name) for path in self._folder.iterdir())
            return heapq.nsmallest(limit, (clip_id for clip_id in ids if clip_id))

    def _files(self, clip_id: str) -> dict[str, str]:
        """Return the clip's files, name to path.

        Each name is asked for by its own, as there may be a million others. Only for the
        sentence about a recording that is missing, the folder is looked through.
        """
        check_clip_id(clip_id)
        names = [f"{clip_id}.{spelling}" for spelling in _spellings()]
        with _opened(self._folder) as folder, _readable():
            # Most spellings do not exist; a lookup relative to the open folder costs a
            # fifth.
            there = [n for n in names if os.access(n, os.F_OK, dir_fd=folder)]
            if there and not any(is_audio_name(name) for name in there):
                there = sorted(
                    name
                    for name in os.listdir(folder)  # noqa: PTH208
                    if name.startswith(f"{clip_id}.")
                )
            return self._ordinary_files(there, folder)

    def _ordinary_files(self, names: Sequence[str], folder: int) -> dict[str, str]:
        """Return name to path of ordinary files: no pipes, no file twice.

        On a file system that ignores case two spellings are one file.
        """
        found: dict[str, str] = {}
        seen: set[tuple[int, int]] = set()
        for name in names:
            path = self._real_path(name, folder)
            file = os.stat(path)  # noqa: PTH116
            place = (file.st_dev, file.st_ino)
            if stat.S_ISREG(file.st_mode) and place not in seen:
                seen.add(place)
                found[name] = path
        return found

    def _real_path(self, name: str, folder: int) -> str:
        """Return where a file of the folder is, free of links of its own."""
        kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISLNK(kind):
            return f"{self._folder}/{name}"
        root = os.path.realpath(self._folder)
        path = os.path.realpath(f"{root}/{name}")
        if not path.startswith(os.path.join(root, "")):  # noqa: PTH118
            raise Invalid(text("sources.folder.link_outside"))
        return path


@cache
def _spellings() -> tuple[str, ...]:
    """Return all spellings of a recording's extension, and usual ones of others.

    A case-sensitive file system keeps `Wav` and `wav` apart, so each is looked up.
    """
    spellings: list[str] = []
    for extension in AUDIO_EXTENSIONS:
        letters = [sorted({letter, letter.upper()}) for letter in extension]
        spellings += ["".join(each) for each in product(*letters)]
    for extension in _OTHER_EXTENSIONS:
        usual = {extension, extension.lower(), extension.upper()}
        spellings += sorted(usual | {extension.capitalize()})
    return tuple(spellings)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except NotADirectoryError:
        raise Unavailable(text("sources.folder.not_a_folder")) from None
    except OSError:
        raise Unavailable(text("sources.folder.not_there")) from None
    try:
        yield opened
    finally:
        os.close(opened)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise _unreadable() from None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(MAX_SIDE_FILE_BYTES + 1)
    except OSError:
        raise _unreadable() from None


def _unreadable() -> Unavailable:
    return Unavailable(text("sources.folder.unreadable"))
