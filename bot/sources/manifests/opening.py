"""Open a manifest by its address: `manifest:` and a path or the URL of a bucket."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit, urlunsplit

from bot.errors import Invalid
from bot.sources.addresses import MANIFEST, folder_of
from bot.sources.clips.object_store import open_store
from bot.sources.manifests.places import BucketPlace, FolderPlace
from bot.sources.manifests.source import ManifestSource
from bot.text import text

_COMPRESSED = (".gz", ".zst", ".bz2", ".xz", ".zip", ".tar")
_EXTENSIONS = frozenset({".json", ".jsonl", ".ndjson", ".tsv"})


def open_manifest(url: str, *, late_ms: int = 0) -> ManifestSource:
    """Return the clips of a manifest; an address without a file is a Kaldi folder.

    Raises `Invalid` for an address that cannot be used. Nothing is read yet.
    """
    address = url[len(MANIFEST) :]
    if address.lower().endswith(_COMPRESSED):
        raise Invalid(text("sources.manifest.compressed"))
    folder = folder_of(address)
    if folder is not None:
        if folder.suffix in _EXTENSIONS:
            return ManifestSource(
                FolderPlace(folder.parent), folder.name, late_ms=late_ms
            )
        return ManifestSource(FolderPlace(folder), "", late_ms=late_ms)
    parts = urlsplit(address)
    path = PurePosixPath(parts.path)
    name = ""
    if path.suffix in _EXTENSIONS:
        name, path = path.name, path.parent
    store = open_store(urlunsplit(parts._replace(path=str(path))))
    return ManifestSource(BucketPlace(store), name, late_ms=late_ms)
