"""Static files at an address with their digest, which browsers keep for a year."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parents[1] / "static"


def _digest_files(folder: Path) -> str:
    """Return a digest of the names and contents of all files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_VERSION = _digest_files(_FOLDER)
# Scripts import one another by relative addresses, so the digest is that of all files.
STATIC_ADDRESS = f"/static/{_VERSION}"


class DigestFiles(StaticFiles):
    """The files below the digest of this version, which browsers need not ask for anew.

    At any other address below /static a file is revalidated on each use: a page of an
    earlier version may still ask for one.
    """

    def __init__(self) -> None:
        super().__init__(directory=_FOLDER)

    async def get_response(
        self,
        path: str,
        scope: Scope,
    ) -> Response:
        """Return the file at `path`, with or without a digest before its name."""
        version, _, rest = path.partition("/")
        if version == _VERSION:
            response = await super().get_response(rest, scope)
            caching = "public, max-age=31536000, immutable"
        else:
            response = await super().get_response(_without_digest(path), scope)
            caching = "no-cache"
        response.headers.setdefault("cache-control", caching)
        return response


def _without_digest(path: str) -> str:
    """Return the path within the folder; an earlier version had another digest."""
    version, _, rest = path.partition("/")
    is_digest = len(version) == len(_VERSION) and rest
    return rest if is_digest else path
