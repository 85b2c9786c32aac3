"""Bytes under a name, in a folder or an object store.

Sealed snippets and anchored checkpoints are kept here.
"""

import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import unquote, urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import MemoryStore, ObjectStore, from_url

from storage.errors import Missing, StorageError

# No leading dot, no "..", and no character with a meaning to a shell, in a URL or in a
# file system.
_NAME = re.compile(
    r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}){0,3}"
)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Blobs(Protocol):
    """A place for bytes. Names are up to four plain parts divided by slashes.

    Every method raises `StorageError` for a name that is not plain, and when the place
    cannot be reached.
    """

    def put(self, name: str, data: bytes) -> None:
        """Store `data` in place of any earlier bytes.

        A crash leaves either the old or the new bytes, never a part.
        """

    def put_new(self, name: str, data: bytes) -> bool:
        """Store `data` unless the name is taken. Return whether it was stored."""

    def get(self, name: str) -> bytes:
        """Return the bytes under `name`. Raises `Missing` if there are none."""

    def exists(self, name: str) -> bool:
        """Return whether bytes are stored under `name`."""

    def delete(self, name: str) -> None:
        """Delete the bytes under `name`, if there are any."""

    def names(self, prefix: str = "") -> list[str]:
        """Return all names in the folder `prefix`, sorted."""


def open_blobs(url: str) -> Blobs:
    """Return the blobs at a path, a `file://`, `s3://bucket/prefix` or `memory://` URL.

    Any address that obstore reads is accepted. S3 takes its credentials, region and
    endpoint from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and
    AWS_ENDPOINT_URL. Raises `StorageError` for an address that cannot be used.
    """
    scheme, divider, rest = url.partition("://")
    if not divider:
        return FolderBlobs(Path(url))
    if scheme == "file":
        return FolderBlobs(Path(unquote(urlsplit(url).path)))
    if scheme == "memory":
        return ObjectBlobs(MemoryStore())
    if not rest:
        raise StorageError(
            f"The store address {scheme}:// names no place; see .env.example."
        )
    return ObjectBlobs(_object_store(url, scheme))


def _object_store(url: str, scheme: str) -> ObjectStore:
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    is_unencrypted = urlsplit(endpoint).scheme == "http"
    is_local = urlsplit(endpoint).hostname in _LOOPBACK
    if scheme.startswith("s3") and is_unencrypted and not is_local:
        raise StorageError(
            "AWS_ENDPOINT_URL must be https:// unless it is on this machine."
        )
    try:
        return from_url(
            url,
            client_options={
                "allow_http": is_unencrypted,
                "connect_timeout": "5s",
                "timeout": "20s",
            },
            # By default obstore tries for three minutes, while a person waits.
            retry_config={
                "max_retries": 2,
                "retry_timeout": timedelta(seconds=10),
            },
        )
    except (BaseError, ValueError) as error:
        raise StorageError(
            f"The store address {scheme}:// cannot be used; see .env.example."
        ) from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise StorageError(
            "A blob's name may hold letters, digits, dots, dashes, underscores."
        )
    return name


class FolderBlobs:
    """Files in a folder that only its owner can read: folders 0700, files 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(
                mode=0o700,
                parents=True,
                exist_ok=True,
            )
        except OSError as error:
            raise StorageError(
                f"The folder {folder} cannot be made: {error.strerror}."
            ) from error

    def put(self, name: str, data: bytes) -> None:
        self._write(name, data, replace=True)

    def put_new(self, name: str, data: bytes) -> bool:
        return self._write(name, data, replace=False)

    def get(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise Missing("There is nothing under this name.") from error
        except OSError as error:
            raise _folder_error(error) from error

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise _folder_error(error) from error

    def names(self, prefix: str = "") -> list[str]:
        start = self._folder
        if prefix:
            start = self._path(prefix)
        found = (
            path.relative_to(self._folder)
            for path in start.rglob("*")
            if path.is_file()
        )
        return sorted(str(path) for path in found if not path.name.startswith("."))

    def _path(self, name: str) -> Path:
        return self._folder / _checked(name)

    def _write(
        self,
        name: str,
        data: bytes,
        *,
        replace: bool,
    ) -> bool:
        path = self._path(name)
        try:
            _make_private(path.parent, self._folder)
            # mkstemp makes the file 0600; the leading dot keeps it out of `names`.
            handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                written = _move(Path(temporary), path, replace=replace)
            finally:
                Path(temporary).unlink(missing_ok=True)
            _sync_folder(path.parent)
        except OSError as error:
            raise _folder_error(error) from error
        return written


def _make_private(folder: Path, root: Path) -> None:
    missing = [folder, *folder.parents]
    for path in reversed(missing[: missing.index(root)]):
        path.mkdir(mode=0o700, exist_ok=True)


def _move(
    temporary: Path,
    path: Path,
    *,
    replace: bool,
) -> bool:
    if replace:
        temporary.replace(path)
        return True
    try:
        # A link fails where a rename would replace the file.
        os.link(temporary, path)
    except FileExistsError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    # Without this a crash may lose the rename though the file's bytes are on disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folder_error(error: OSError) -> StorageError:
    return StorageError(f"The folder cannot be used: {error.strerror or error}.")


class ObjectBlobs:
    """Objects in a store that obstore can reach. A put is atomic there."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, name: str, data: bytes) -> None:
        self._put(name, data, replace=True)

    def put_new(self, name: str, data: bytes) -> bool:
        return self._put(name, data, replace=False)

    def get(self, name: str) -> bytes:
        try:
            return self._store.get(_checked(name)).bytes().to_bytes()
        except (NotFoundError, FileNotFoundError) as error:
            raise Missing("There is nothing under this name.") from error
        except BaseError as error:
            raise _store_error() from error

    def exists(self, name: str) -> bool:
        try:
            self._store.head(_checked(name))
        except (NotFoundError, FileNotFoundError):
            return False
        except BaseError as error:
            raise _store_error() from error
        return True

    def delete(self, name: str) -> None:
        try:
            self._store.delete(_checked(name))
        except (NotFoundError, FileNotFoundError):
            return
        except BaseError as error:
            raise _store_error() from error

    def names(self, prefix: str = "") -> list[str]:
        try:
            batches = self._store.list(prefix=_checked(prefix) if prefix else None)
            return sorted(meta["path"] for batch in batches for meta in batch)
        except BaseError as error:
            raise _store_error() from error

    def _put(
        self,
        name: str,
        data: bytes,
        *,
        replace: bool,
    ) -> bool:
        mode: Literal["overwrite", "create"] = "overwrite" if replace else "create"
        try:
            self._store.put(_checked(name), data, mode=mode)
        except AlreadyExistsError:
            return False
        except BaseError as error:
            raise _store_error() from error
        return True


def _store_error() -> StorageError:
    return StorageError(
        "The object store does not answer or refuses; check its address and keys."
    )
