"""Clips in a local folder."""

import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import Invalid, NotFound, Unavailable
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
        check_clip_id(clip_id)
        return build_clip(clip_id, self._names(clip_id), self._read)

    @contextmanager
    def audio(self, clip_id: str) -> Iterator[Path]:
        check_clip_id(clip_id)
        yield self._inside(audio_name(clip_id, self._names(clip_id)))

    def clip_ids(self, limit: int = 100) -> list[str]:
        try:
            ids = (clip_id_of_sidecar(path.name) for path in self._root().iterdir())
            return heapq.nsmallest(limit, (clip_id for clip_id in ids if clip_id))
        except OSError:
            raise _unreadable() from None

    def _root(self) -> Path:
        try:
            root = self._folder.resolve(strict=True)
        except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
            raise Unavailable(
                "The clip folder is not there. Check CLIP_SOURCE, and that the disk is mounted."
            ) from None
        if not root.is_dir():
            raise Unavailable("CLIP_SOURCE is not a folder. Name the folder the clips are in.")
        return root

    def _names(self, clip_id: str) -> list[str]:
        """The clip's files, found by asking for each: a folder may hold a million others."""
        root = self._root()
        found: list[str] = []
        try:
            for spelling in _SPELLINGS:
                path = root / f"{clip_id}.{spelling}"
                # On a file system that ignores case two spellings are one file.
                if path.is_file() and not any(path.samefile(root / name) for name in found):
                    self._inside(path.name)
                    found.append(path.name)
        except OSError:
            raise _unreadable() from None
        return found

    def _inside(self, name: str) -> Path:
        root = self._root()
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise Invalid(
                "That clip is a link to a file outside the clip folder, which is never followed."
                " Put the file itself into the folder."
            )
        if not path.is_file():
            raise NotFound("There is no such clip. Check the clip id in the work tool.")
        return path

    def _read(self, name: str) -> bytes:
        try:
            with self._inside(name).open("rb") as file:
                return file.read(MAX_SIDE_FILE_BYTES + 1)
        except OSError:
            raise _unreadable() from None


def _unreadable() -> Unavailable:
    return Unavailable(
        "The clip folder cannot be read. Check that help-clip may read it and its files."
    )
