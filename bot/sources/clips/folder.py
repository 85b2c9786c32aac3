"""Clips in a local folder."""

import heapq
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Invalid, Unavailable
from bot.sources.clips.clip_files import build_clip
from bot.sources.clips.names import (
    AUDIO_EXTENSIONS,
    SIDECAR_EXTENSION,
    TRANSCRIPT_EXTENSIONS,
    audio_name,
    check_clip_id,
    clip_id_of_sidecar,
)
from bot.sources.clips.reading import MAX_SIDE_FILE_BYTES
from storage.records import Clip

_EXTENSIONS = (*AUDIO_EXTENSIONS, *TRANSCRIPT_EXTENSIONS, SIDECAR_EXTENSION)
_SPELLINGS = tuple({s for e in _EXTENSIONS for s in (e, e.lower(), e.upper())})


class FolderSource:
    """`NAME.<audio>` with `NAME.json`, all in one folder. Nothing outside it is ever
    opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def clip(self, clip_id: str) -> Clip:
        files = self._files(clip_id)
        return build_clip(clip_id, files, lambda name: _read(files[name]))

    @contextmanager
    def audio(self, clip_id: str) -> Iterator[Path]:
        files = self._files(clip_id)
        yield Path(files[audio_name(clip_id, files)])

    def clip_ids(self, limit: int = 100) -> list[str]:
        with _opened(self._folder), _readable():
            ids = (clip_id_of_sidecar(path.name) for path in self._folder.iterdir())
            return heapq.nsmallest(limit, (clip_id for clip_id in ids if clip_id))

    def _files(self, clip_id: str) -> dict[str, str]:
        """The clip's files, name to path, found by asking for each: there may be a
        million others.

        Plain file names and `os` functions: this is read while somebody waits for a
        window.
        """
        check_clip_id(clip_id)
        names = [f"{clip_id}.{spelling}" for spelling in _SPELLINGS]
        found: dict[str, str] = {}
        seen: set[tuple[int, int]] = set()
        with _opened(self._folder) as folder, _readable():
            # Most are not there; asked so, relative to the open folder, that costs a
            # fifth.
            for name in [n for n in names if os.access(n, os.F_OK, dir_fd=folder)]:
                path = self._real_path(name, folder)
                file = os.stat(path)  # noqa: PTH116
                # On a file system that ignores case two spellings are one file.
                if (
                    stat.S_ISREG(file.st_mode)
                    and (file.st_dev, file.st_ino) not in seen
                ):
                    seen.add((file.st_dev, file.st_ino))
                    found[name] = path
        return found

    def _real_path(self, name: str, folder: int) -> str:
        """Where a file of the folder is, free of links of its own."""
        if not stat.S_ISLNK(
            os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        ):
            return f"{self._folder}/{name}"
        root = os.path.realpath(self._folder)
        path = os.path.realpath(f"{root}/{name}")
        if not path.startswith(os.path.join(root, "")):  # noqa: PTH118
            raise Invalid(
                "That clip is a link to a file outside the clip folder, which is never"
                " followed. Put the file itself into the folder."
            )
        return path


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except NotADirectoryError:
        raise Unavailable(
            "CLIP_SOURCE is not a folder. Name the folder the clips are in."
        ) from None
    except OSError:
        raise Unavailable(
            "The clip folder is not there. Check CLIP_SOURCE, and that the disk is mounted."
        ) from None
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
    return Unavailable(
        "The clip folder cannot be read. Check that help-clip may read it and its files."
    )
