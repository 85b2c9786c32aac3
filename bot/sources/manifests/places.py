"""Where a manifest and its recordings lie: a folder or a bucket."""

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol
from unicodedata import normalize

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources.clips.object_store import build_away_error
from bot.sources.clips.objects import ObjectSource
from bot.text import text
from storage.records import Span

# obstore has it for type checkers only.
if TYPE_CHECKING:
    from obstore import ObjectMeta

_CHUNK_BYTES = 1024 * 1024


class ManifestPlace(Protocol):
    """Files by name. Every method may raise `Unavailable`."""

    def version(self, name: str) -> str | None:
        """Return a text that is another once the file has changed; None without it."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the file from its start."""
        ...

    def part(
        self,
        name: str,
        start: int,
        end: int,
    ) -> bytes:
        """Return the bytes `[start, end)` of a file."""
        ...

    def audio(self, path: str, part: Span | None) -> AbstractContextManager[BinaryIO]:
        """Open a recording by its path in the manifest.

        Raises `NotFound`, or `Invalid` for a path that leads elsewhere.
        """
        ...


class FolderPlace:
    """A folder of this machine. Nothing outside it is opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def version(self, name: str) -> str | None:
        """Return the file's size, number and time of change."""
        try:
            status = os.stat(self._folder / name)  # noqa: PTH116
        except FileNotFoundError:
            return None
        except OSError:
            raise _unreadable() from None
        return f"{status.st_size} {status.st_ino} {status.st_mtime_ns}"

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the file in pieces of 1 MB."""
        with _readable(), (self._folder / name).open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk

    def part(
        self,
        name: str,
        start: int,
        end: int,
    ) -> bytes:
        """Return some bytes of a file."""
        with _readable(), (self._folder / name).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    @contextmanager
    def audio(self, path: str, _part: Span | None) -> Iterator[BinaryIO]:
        """Yield the recording itself, open for reading."""
        with self._first_there(path) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise NotFound(text("sources.manifest.no_recording"))
            yield file

    def _first_there(self, path: str) -> BinaryIO:
        """Open the first spelling of a path that is there; the caller closes it."""
        root = os.path.realpath(self._folder)
        for spelling in _spellings(path):
            real = os.path.realpath(os.path.join(root, spelling))  # noqa: PTH118
            if not real.startswith(os.path.join(root, "")):  # noqa: PTH118
                raise Invalid(text("sources.manifest.outside"), field="clip")
            file = _opened(real)
            if file is not None:
                return file
        raise NotFound(text("sources.manifest.no_recording"))


class BucketPlace:
    """A bucket and prefix; paths are names of objects under it."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._source = ObjectSource(store)

    def version(self, name: str) -> str | None:
        """Return the object's tag, size and time of change."""
        meta = self._meta(name)
        if meta is None:
            return None
        return f"{meta['size']} {meta['e_tag']} {meta['last_modified']}"

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the object in pieces of about 1 MB."""
        try:
            stream = self._store.get(name).stream(min_chunk_size=_CHUNK_BYTES)
            for chunk in stream:
                yield bytes(chunk)
        except (BaseError, FileNotFoundError):
            raise build_away_error() from None

    def part(
        self,
        name: str,
        start: int,
        end: int,
    ) -> bytes:
        """Return some bytes of an object."""
        try:
            return bytes(self._store.get_range(name, start=start, end=end))
        except (BaseError, FileNotFoundError):
            raise build_away_error() from None

    @contextmanager
    def audio(self, path: str, part: Span | None) -> Iterator[BinaryIO]:
        """Yield the recording in memory, or a file without a name."""
        if path.startswith("/") or ".." in path.split("/"):
            raise Invalid(text("sources.manifest.outside"), field="clip")
        # As in a folder, `./a.wav` is `a.wav` and `a//b.wav` is `a/b.wav`.
        plain = posixpath.normpath(path)
        found = (self._meta(spelling) for spelling in _spellings(plain))
        meta = next((each for each in found if each is not None), None)
        if meta is None:
            raise NotFound(text("sources.manifest.no_recording"))
        with self._source.opened(meta, part) as file:
            yield file

    def _meta(self, name: str) -> "ObjectMeta | None":
        """Return the facts about an object, None where there is none."""
        try:
            return self._store.head(name)
        # obstore raises ValueError for a name that no object can have.
        except (FileNotFoundError, ValueError):
            return None
        except BaseError:
            raise build_away_error() from None


def _spellings(path: str) -> list[str]:
    """Return a path as written, then with its accents composed and apart.

    A Mac writes accents apart, and a manifest made on another machine composes them. A
    path with a NUL, which no system takes, has no spelling.
    """
    if "\0" in path:
        return []
    forms = (path, normalize("NFC", path), normalize("NFD", path))
    return list(dict.fromkeys(forms))


def _opened(path: str) -> BinaryIO | None:
    try:
        return open(path, "rb")  # noqa: PTH123 - closed by the caller
    except (FileNotFoundError, IsADirectoryError):
        return None
    except (OSError, ValueError):
        raise _unreadable() from None


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise _unreadable() from None


def _unreadable() -> Unavailable:
    return Unavailable(text("sources.manifest.unreadable"))
