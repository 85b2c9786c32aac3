"""Odd paths in manifests, and manifests that change while they are read."""

import json
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources import ClipSource, open_clip_source
from bot.sources.clips import object_store
from bot.sources.clips.object_store import open_store
from bot.sources.manifests.places import FolderPlace
from bot.sources.manifests.source import ManifestSource
from tests.databases import s3  # noqa: F401

DEFAULTS = {"locale": "en-US", "consent": "granted"}
COMPOSED, APART = "Gr\u00fc\u00dfe", "Gru\u0308\u00dfe"
# The name in the manifest, and the name of the recording.
ODD_PATHS = [
    ("a b/c d.wav", "a b/c d.wav"),
    ("a+b.wav", "a+b.wav"),
    ("a#b?c=1&d.wav", "a#b?c=1&d.wav"),
    ("100%.wav", "100%.wav"),
    ("a%20b.wav", "a%20b.wav"),
    ("2024-03-08 12:30:00.wav", "2024-03-08 12:30:00.wav"),
    ("\u0417\u0432\u0443\u043a/\u97f3.wav", "\u0417\u0432\u0443\u043a/\u97f3.wav"),
    (f"{COMPOSED}.wav", f"{COMPOSED}.wav"),
    (f"{APART}.wav", f"{APART}.wav"),
    (f"1/{COMPOSED}.wav", f"1/{APART}.wav"),
    (f"2/{APART}.wav", f"2/{COMPOSED}.wav"),
    ("it's (1) [2]{3}.wav", "it's (1) [2]{3}.wav"),
]
Put = Callable[[str, bytes], object]


@pytest.fixture(params=["folder", "s3"])
def corpus(request, tmp_path, monkeypatch) -> tuple[Put, ClipSource]:
    """Lhotse's cuts, whose recordings have ids besides their paths."""
    if request.param == "folder":

        def put(name: str, content: bytes) -> None:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        return put, open_clip_source(f"manifest:{tmp_path}/cuts.jsonl")
    server = request.getfixturevalue("s3")
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    address = f"s3://{server.bucket}/odd/{uuid4().hex}"
    store = open_store(address)
    return store.put, open_clip_source(f"manifest:{address}/cuts.jsonl")


def cut(clip_id: str, path: str) -> bytes:
    recording = {"id": clip_id, "sources": [{"type": "file", "source": path}]}
    line = {"start": 0, "recording": recording, "supervisions": []}
    return json.dumps(line).encode() + b"\n"


def test_a_recording_may_have_any_path(corpus) -> None:
    put, source = corpus
    manifest = b""
    for number, (named, _) in enumerate(ODD_PATHS):
        manifest += cut(f"c-{number}", named)
    put("cuts.jsonl", manifest)
    put("clips.json", json.dumps(DEFAULTS).encode())
    for number, (named, stored) in enumerate(ODD_PATHS):
        put(stored, f"sound {number}".encode())
        assert source.clip(f"c-{number}").locale == "en-US"
        with source.audio(f"c-{number}") as recording:
            assert recording.read() == f"sound {number}".encode(), named


@pytest.mark.parametrize("path", ["gone.wav", "", "a\0b.wav", "x" * 5000, "\ud800.wav"])
def test_a_recording_that_is_not_there_is_a_sentence(corpus, path) -> None:
    put, source = corpus
    put("cuts.jsonl", cut("c-1", path))
    put("clips.json", json.dumps(DEFAULTS).encode())
    with (
        pytest.raises((NotFound, Invalid, Unavailable)),
        source.audio("c-1") as recording,
    ):
        recording.read()


def test_a_path_with_idle_parts_is_that_of_a_folder(corpus) -> None:
    put, source = corpus
    paths = ["./a.wav", "d//a.wav", "d/./a.wav", "./d/././/a.wav"]
    cuts = [cut(f"c-{number}", path) for number, path in enumerate(paths)]
    put("cuts.jsonl", b"".join(cuts))
    put("a.wav", b"above")
    put("d/a.wav", b"below")
    heard = []
    for number in range(len(paths)):
        with source.audio(f"c-{number}") as recording:
            heard.append(recording.read())
    assert heard == [b"above", b"below", b"below", b"below"]


@pytest.mark.parametrize("path", [".", "./", "a\nb.wav", "\x1fa.wav"])
def test_a_path_that_no_recording_can_have_is_never_tried_again(corpus, path) -> None:
    put, source = corpus
    put("cuts.jsonl", cut("c-1", path))
    with pytest.raises((NotFound, Invalid)), source.audio("c-1"):
        pytest.fail("there is none")


@pytest.mark.skipif(
    sys.platform == "darwin",
    reason="a Mac takes both spellings for the name of one file",
)
def test_a_recording_that_is_found_is_opened_whatever_its_other_spelling_is(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (tmp_path / "outside.wav").write_bytes(b"not of this corpus")
    (folder / f"{COMPOSED}.wav").write_bytes(b"sound")
    (folder / f"{APART}.wav").symlink_to(tmp_path / "outside.wav")
    with FolderPlace(folder).audio(f"{COMPOSED}.wav", None) as recording:
        assert recording.read() == b"sound"
    with (
        pytest.raises(Invalid, match="outside its own folder"),
        FolderPlace(folder).audio(f"{APART}.wav", None),
    ):
        pytest.fail("it lies outside")


class Changing(FolderPlace):
    """A folder in which another program writes the manifest after each look at it."""

    def __init__(self, folder: Path, *, n_changes: int) -> None:
        super().__init__(folder)
        self._path = folder / "cuts.jsonl"
        self._left = n_changes

    def part(self, name: str, start: int, end: int) -> bytes:
        if self._left:
            self._left -= 1
            self._path.write_bytes(
                cut(f"new-{self._left}", "n.wav") * 3 + cut("a", "a.wav")
            )
        return super().part(name, start, end)


def changing(folder: Path, n_changes: int) -> ManifestSource:
    (folder / "cuts.jsonl").write_bytes(cut("a", "a.wav"))
    (folder / "clips.json").write_text(json.dumps(DEFAULTS))
    return ManifestSource(Changing(folder, n_changes=n_changes), "cuts.jsonl")


def test_a_clip_is_found_in_a_manifest_that_changes_meanwhile(tmp_path) -> None:
    assert changing(tmp_path, 1).clip("a").locale == "en-US"


def test_a_manifest_that_changes_again_and_again_is_tried_later(tmp_path) -> None:
    class AlwaysAnother(Changing):
        def version(self, name: str) -> str | None:
            return super().version(name) and "the same"

        def part(self, _name: str, _start: int, _end: int) -> bytes:
            return cut("another", "b.wav")

    changing(tmp_path, 0)
    source = ManifestSource(AlwaysAnother(tmp_path, n_changes=0), "cuts.jsonl")
    with pytest.raises(Unavailable, match="changed while it was read"):
        source.clip("a")


@pytest.mark.parametrize("name", ["cuts.jsonl.gz", "cuts.JSONL.GZ", "corpus.tar"])
def test_a_compressed_manifest_is_named(name: str) -> None:
    for address in (f"/srv/{name}", f"s3://bucket/{name}"):
        with pytest.raises(Invalid, match="compressed"):
            open_clip_source(f"manifest:{address}")


def test_a_manifest_in_a_store_that_hangs_is_unavailable(monkeypatch) -> None:
    monkeypatch.setattr(object_store, "READ_TIMEOUT", "1s")
    monkeypatch.setattr(object_store, "RETRY_TIMEOUT", timedelta(seconds=1))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        source = open_clip_source("manifest:s3://bucket/prefix/train.jsonl")
        with pytest.raises(Unavailable, match="does not answer"):
            source.clip("En-0001")
