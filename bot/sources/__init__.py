"""Ports for the origin of clips and the destination of settled words.

A source or sink is chosen by its address; no other code knows which one it is.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from bot.sources.addresses import folder_of, is_manifest, is_web
from bot.sources.clips.folder import FolderSource
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSink, ObjectSource
from bot.sources.results.annotation.bucket_files import BucketFilesSink
from bot.sources.results.annotation.clip_files import ClipFilesSink
from bot.sources.results.annotation.writers import FORMATS, AnnotationFormat
from bot.sources.results.jsonl import FILE_NAME, JsonLinesSink
from bot.sources.results.tsv import FILE_NAME as TSV_NAME
from bot.sources.results.tsv import TABLE, TsvSink
from bot.sources.results.webhook import WebhookSink
from storage.records import Clip, Deletion, Result, Span

_FORMATS = {**FORMATS, "tsv": TABLE}


class ClipSource(Protocol):
    """Recordings and their sidecars. Every method may raise `Unavailable`."""

    def clip(self, clip_id: str) -> Clip:
        """Return the clip.

        Raises `Invalid` (impossible id, broken sidecar) or `NotFound`.
        """
        ...

    def audio(
        self, clip_id: str, part: Span | None = None, /
    ) -> AbstractContextManager[BinaryIO]:
        """Open the recording, for the `with` only.

        It is a real file, without a name. A source may leave out the bytes outside
        `part`, and give zeros for them.
        """
        ...

    def clip_ids(self, limit: int = 100) -> list[str]:
        """Return some of the clip ids, in order."""
        ...


class ResultSink(Protocol):
    """The destination of settled words."""

    def deliver(self, result: Result) -> None:
        """Deliver a result; idempotent on `result.id`.

        Raises `Unavailable` (try again) or `Invalid` (permanent).
        """
        ...

    def request_deletion(self, deletion: Deletion) -> None:
        """Forget these requests' results, and ask for the recording to be deleted.

        Idempotent on `deletion.id`. Raises as `deliver` does.
        """
        ...

    def results(self) -> Iterator[Result]:
        """Return the delivered results, oldest first.

        Raises `Invalid` where the sink cannot be read back.
        """
        ...


def open_clip_source(url: str, *, late_ms: int = 0) -> ClipSource:
    """Return the clips at a folder path, a file:// URL, or a bucket.

    A bucket is s3://bucket/prefix or any that obstore knows. After `manifest:` comes the
    address of a file for many clips, or of a Kaldi data folder. The times of recognisers
    are moved by `late_ms`, which is negative where they are early. Raises `Invalid` for
    an address that cannot be used. Nothing is read yet.
    """
    if is_manifest(url):
        # Imported here because NumPy slows the start of every command.
        from bot.sources.manifests.opening import open_manifest

        return open_manifest(url, late_ms=late_ms)
    folder = folder_of(url)
    if folder is None:
        return ObjectSource(open_store(url), late_ms=late_ms)
    return FolderSource(folder, late_ms=late_ms)


def open_result_sink(url: str, *, secret: str | None) -> ResultSink:
    """Return the sink at a folder, a file, a bucket or a webhook (with its `secret`).

    A folder or a .jsonl file gets JSON lines. `textgrid:`, `ctm:`, `vtt:`, `srt:` or
    `label-studio:` before a folder or bucket asks for a file a clip. `tsv:` asks for one
    table in a folder, and for a table a clip in a bucket. Raises `Invalid` for an address
    that cannot be used. Nothing is written yet.
    """
    if is_web(url):
        return WebhookSink(url, secret)
    kind, _, address = url.partition(":")
    if kind in _FORMATS:
        return _open_annotation_sink(_FORMATS[kind], address)
    path = folder_of(url)
    if path is None:
        return ObjectSink(open_store(url))
    return JsonLinesSink(_file_in(path, FILE_NAME))


def _open_annotation_sink(format_: AnnotationFormat, address: str) -> ResultSink:
    folder = folder_of(address)
    if folder is None:
        return BucketFilesSink(open_store(address), format_)
    if format_ is TABLE:
        return TsvSink(_file_in(folder, TSV_NAME))
    return ClipFilesSink(folder, format_)


def _file_in(path: Path, name: str) -> Path:
    """Return the path if it is that of a file of this kind, else a file inside it."""
    if path.suffix == Path(name).suffix:
        return path
    return path / name
