"""Clips in a local folder."""

import heapq
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Invalid, Unavailable
from bot.sources.clips import build_clip
from bot.sources.names import (
    AUDIO_EXTENSIONS,
    SIDECAR_EXTENSION,
    TRANSCRIPT_EXTENSIONS,
    audio_name,
    check_clip_id,
    clip_id_of_sidecar,
)
from bot.sources.reading import MAX_SIDE_FILE_BYTES
from storage.records import Clip

_EXTENSIONS = (*AUDIO_EXTENSIONS, *TRANSCRIPT_EXTENSIONS, SIDECAR_EXTENSION)
_SPELLINGS = tuple({s for e in _EXTENSIONS for s in (e, e.lower(), e.upper())})


class FolderSource:
    """`NAME.<audio>` with `NAME.json`, all in one folder. Nothing outside it is ever opened."""

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
        try:
            ids = (clip_id_of_sidecar(path.name) for path in Path(self._root()).iterdir())
            return heapq.nsmallest(limit, (clip_id for clip_id in ids if clip_id))
        except OSError:
            raise _unreadable() from None

    def _root(self) -> str:
        try:
            root = os.path.realpath(self._folder, strict=True)
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
            raise Unavailable(
                "The clip folder is not there. Check CLIP_SOURCE, and that the disk is mounted."
            ) from None
        if not os.path.isdir(root):  # noqa: PTH112  # Path costs a tenth of a whole form here
            raise Unavailable("CLIP_SOURCE is not a folder. Name the folder the clips are in.")
        return root

    def _files(self, clip_id: str) -> dict[str, str]:
        """The clip's files, name to path, found by asking for each: there may be a million others.

        Plain file names and `os` functions: this is read while somebody waits for a window.
        """
        check_clip_id(clip_id)
        root = self._root()
        found: dict[str, str] = {}
        seen: set[tuple[int, int]] = set()
        for spelling in _SPELLINGS:
            name = f"{clip_id}.{spelling}"
            path = _real_file(root, name)
            if path is not None:
                file = os.stat(path)  # noqa: PTH116
                # On a file system that ignores case two spellings are one file.
                if (file.st_dev, file.st_ino) not in seen:
                    seen.add((file.st_dev, file.st_ino))
                    found[name] = path
        return found


def _real_file(root: str, name: str) -> str | None:
    """The path of a regular file in `root`, which is free of links; None when there is none."""
    path = f"{root}/{name}"
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            path = os.path.realpath(path)
            if not path.startswith(os.path.join(root, "")):  # noqa: PTH118
                raise Invalid(
                    "That clip is a link to a file outside the clip folder, which is never"
                    " followed. Put the file itself into the folder."
                )
            mode = os.stat(path).st_mode  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        raise _unreadable() from None
    return path if stat.S_ISREG(mode) else None


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
