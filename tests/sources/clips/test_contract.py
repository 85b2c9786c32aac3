"""The contract of a clip source: one suite that every implementation passes.

A new source is a row of `SOURCES`; the first test fails until it is there.
"""

import importlib
import inspect
import io
import json
import os
import pkgutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
import obstore
import pytest
import soundfile as sf
from obstore.store import MemoryStore, ObjectStore

import bot.sources
from bot.errors import Invalid, NotFound, Unavailable
from bot.redaction.audio.codec import read_window
from bot.sources import ClipSource, open_clip_source
from bot.sources.clips.folder import FolderSource
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSource
from bot.sources.manifests.source import ManifestSource
from storage.records import Consent, Span, TimingSource
from tests.databases import s3  # noqa: F401

Put = Callable[[str, bytes], object]
SidecarBuilder = Callable[..., bytes]


@dataclass(frozen=True)
class Place:
    """A source, and the way files get into the place that it reads."""

    source: ClipSource
    put: Put


def in_folder(request: pytest.FixtureRequest) -> Place:
    folder: Path = request.getfixturevalue("tmp_path") / "contract"
    folder.mkdir()
    return Place(
        open_clip_source(str(folder)), lambda n, b: (folder / n).write_bytes(b)
    )


def in_folder_by_url(request: pytest.FixtureRequest) -> Place:
    folder: Path = request.getfixturevalue("tmp_path") / "of a url"
    folder.mkdir()
    source = open_clip_source(folder.as_uri())
    return Place(source, lambda n, b: (folder / n).write_bytes(b))


def in_memory(_request: pytest.FixtureRequest) -> Place:
    store = MemoryStore()
    return Place(ObjectSource(store), lambda n, b: obstore.put(store, n, b))


def bucket(request: pytest.FixtureRequest) -> tuple[str, ObjectStore]:
    """Return the address of an empty place on a real S3 server, and the place."""
    server = request.getfixturevalue("s3")
    monkeypatch = request.getfixturevalue("monkeypatch")
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    address = f"s3://{server.bucket}/contract/{uuid4().hex}"
    return address, open_store(address)


def in_bucket(request: pytest.FixtureRequest) -> Place:
    address, store = bucket(request)
    return Place(open_clip_source(address), lambda n, b: obstore.put(store, n, b))


def corpus_at(address: str, put: Put) -> Place:
    """A corpus of NeMo; the sidecar of the clip becomes `clips.json` for all clips."""
    line = {"audio_filepath": "En-0001.wav", "duration": 1.0, "text": "turn the lamp"}
    put("train.jsonl", json.dumps(line).encode() + b"\n")

    def put_other(name: str, content: bytes) -> None:
        if name == "En-0001.json":
            sidecar = json.loads(content)
            kept = {key: sidecar[key] for key in ("locale", "speaker", "consent")}
            name, content = "clips.json", json.dumps(kept).encode()
        put(name, content)

    return Place(open_clip_source(f"manifest:{address}/train.jsonl"), put_other)


def in_manifest(request: pytest.FixtureRequest) -> Place:
    folder: Path = request.getfixturevalue("tmp_path") / "corpus"
    folder.mkdir()
    return corpus_at(str(folder), lambda n, b: (folder / n).write_bytes(b))


def in_manifest_of_bucket(request: pytest.FixtureRequest) -> Place:
    address, store = bucket(request)
    return corpus_at(address, lambda n, b: obstore.put(store, n, b))


Build = Callable[[pytest.FixtureRequest], Place]
# Sources in which a clip is a recording and a sidecar of its own.
FILE_SOURCES: dict[str, tuple[type, Build]] = {
    "folder": (FolderSource, in_folder),
    "file url": (FolderSource, in_folder_by_url),
    "memory": (ObjectSource, in_memory),
    "s3": (ObjectSource, in_bucket),
}
SOURCES = FILE_SOURCES | {
    "manifest": (ManifestSource, in_manifest),
    "manifest in s3": (ManifestSource, in_manifest_of_bucket),
}


@pytest.fixture(params=SOURCES)
def any_place(request: pytest.FixtureRequest, folder: Path) -> Place:
    """A place of any source that holds the clip En-0001."""
    return filled(SOURCES[request.param][1](request), folder)


@pytest.fixture(params=FILE_SOURCES)
def place(request: pytest.FixtureRequest, folder: Path) -> Place:
    """A place of files, a recording and a sidecar a clip, that holds En-0001."""
    return filled(FILE_SOURCES[request.param][1](request), folder)


def filled(place: Place, folder: Path) -> Place:
    for path in folder.iterdir():
        place.put(path.name, path.read_bytes())
    return place


def test_every_implementation_is_in_this_suite() -> None:
    methods = {name for name in vars(ClipSource) if not name.startswith("_")}
    found = set()
    for info in pkgutil.walk_packages(bot.sources.__path__, "bot.sources."):
        module = importlib.import_module(info.name)
        for _, candidate in inspect.getmembers(module, inspect.isclass):
            if methods <= set(vars(candidate)) and candidate is not ClipSource:
                found.add(candidate)
    assert found == {implementation for implementation, _ in SOURCES.values()}


def test_a_clip_has_its_words_and_the_facts_about_it(any_place: Place) -> None:
    clip = any_place.source.clip("En-0001")
    assert clip.clip_id == "En-0001"
    assert clip.locale == "en-US"
    assert clip.speaker == "spk_7f3a"
    assert clip.consent is Consent.GRANTED
    assert " ".join(word.text for word in clip.words) == "turn the lamp"


def test_a_clip_is_its_sidecar(place: Place) -> None:
    clip = place.source.clip("En-0001")
    assert clip.clip_id == "En-0001"
    assert clip.locale == "en-US"
    assert clip.speaker == "spk_7f3a"
    assert clip.consent is Consent.GRANTED
    assert clip.timing is TimingSource.UNKNOWN
    assert [word.text for word in clip.words] == ["turn", "the", "lamp"]


def test_the_audio_is_a_file_with_the_recording(any_place: Place, folder: Path) -> None:
    with any_place.source.audio("En-0001") as recording:
        assert os.fstat(recording.fileno()).st_size > 0
        assert recording.read() == (folder / "En-0001.wav").read_bytes()
        recording.seek(0)
        assert sf.info(recording).duration == 1.0


def test_a_part_of_the_audio_is_where_it_is_in_the_whole(any_place: Place) -> None:
    ramp = np.linspace(-1, 1, 120 * 16_000, dtype=np.float32)
    whole = io.BytesIO()
    sf.write(whole, ramp, 16_000, format="WAV", subtype="PCM_16")
    any_place.put("En-0001.wav", whole.getvalue())
    part = Span(start_ms=60_000, end_ms=64_000)
    with any_place.source.audio("En-0001", part) as recording:
        window = read_window(recording, part.start_ms, part.end_ms)
        size = os.fstat(recording.fileno()).st_size
    assert size == len(whole.getvalue())
    assert np.allclose(window.samples, ramp[960_000:1_024_000], atol=1e-3)


@pytest.mark.parametrize("name", ["En-0002.Wav", "En-0002.wAV", "En-0002.AIF"])
def test_an_extension_is_read_in_any_case(
    place: Place, folder: Path, sidecar: SidecarBuilder, name: str
) -> None:
    place.put(name, (folder / "En-0001.wav").read_bytes())
    place.put("En-0002.Json", sidecar(clip_id="En-0002"))
    assert place.source.clip("En-0002").locale == "en-US"
    with place.source.audio("En-0002") as recording:
        assert len(read_window(recording, 0, 500).samples) == 8_000


def test_another_extension_is_named_beside_those_that_are_read(
    place: Place, sidecar: SidecarBuilder
) -> None:
    place.put("En-0002.wma", b"0&\xb2u\x8ef\xcf\x11")
    place.put("En-0002.json", sidecar(clip_id="En-0002"))
    with pytest.raises(NotFound, match=r"wma.*wav.*mka"):
        place.source.clip("En-0002")


def test_threads_read_one_source_at_once(any_place: Place) -> None:
    def read(_: int) -> tuple[str, float]:
        with any_place.source.audio("En-0001") as recording:
            return any_place.source.clip("En-0001").locale, sf.info(recording).duration

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(read, range(12))) == {("en-US", 1.0)}


def test_withdrawn_consent_shows_at_the_next_reading(
    any_place: Place, sidecar: SidecarBuilder
) -> None:
    assert any_place.source.clip("En-0001").consent is Consent.GRANTED
    any_place.put("En-0001.json", sidecar(consent="withdrawn"))
    assert any_place.source.clip("En-0001").consent is Consent.WITHDRAWN


@pytest.mark.parametrize("clip_id", ["En-0002", "en-0001", "En-0001.wav", "En-000"])
def test_an_unknown_clip_is_not_found_and_not_named(
    any_place: Place, clip_id: str
) -> None:
    with pytest.raises(NotFound) as caught:
        any_place.source.clip(clip_id)
    assert clip_id not in str(caught.value)
    with pytest.raises(NotFound), any_place.source.audio(clip_id):
        pytest.fail("there is no such audio")


@pytest.mark.parametrize(
    "clip_id", ["../clips/En-0001", "/etc/passwd", "a/b", "", "En-0001\0"]
)
def test_an_id_that_is_a_path_is_refused(any_place: Place, clip_id: str) -> None:
    with pytest.raises(Invalid):
        any_place.source.clip(clip_id)
    with pytest.raises(Invalid), any_place.source.audio(clip_id):
        pytest.fail("no path may pass")


def test_names_that_only_start_alike_are_other_clips(place: Place) -> None:
    for name in ("En-0001-b.wav", "En-00010.wav", "En-0001_.wav", "En-000.wav"):
        place.put(name, b"x")
    with place.source.audio("En-0001") as recording:
        assert sf.info(recording).duration == 1.0
    with pytest.raises(NotFound):
        place.source.clip("En-000")


def test_a_sidecar_without_a_recording_is_not_found(
    place: Place, sidecar: SidecarBuilder
) -> None:
    place.put("b.json", sidecar(clip_id="b"))
    with pytest.raises(NotFound), place.source.audio("b"):
        pytest.fail("there is no recording")


def test_two_recordings_of_one_name_are_refused(place: Place) -> None:
    place.put("En-0001.mp3", b"x")
    with pytest.raises(Invalid, match="2 recordings"):
        place.source.clip("En-0001")


def test_a_transcript_file_stands_in_for_the_words(
    place: Place, sidecar: SidecarBuilder
) -> None:
    place.put("En-0001.json", sidecar(words=...))
    place.put("En-0001.ctm", b"En-0001 1 0.1 0.2 lamp 0.5")
    clip = place.source.clip("En-0001")
    assert clip.timing is TimingSource.RECOGNISER
    assert [word.text for word in clip.words] == ["lamp"]


def test_the_ids_are_those_of_the_sidecars_in_order(place: Place) -> None:
    for name in ("b.json", "a.json", "a.transcript.json", "note.txt", "x y.json"):
        place.put(name, b"{}")
    assert place.source.clip_ids() == ["En-0001", "a", "b"]
    assert place.source.clip_ids(limit=2) == ["En-0001", "a"]


def test_a_broken_sidecar_does_not_hide_the_other_clips(place: Place) -> None:
    place.put("a.json", b'{"clip_id": "b"}')
    place.put("a.wav", b"")
    with pytest.raises(Invalid, match="another clip_id"):
        place.source.clip("a")
    assert place.source.clip("En-0001").locale == "en-US"


def test_a_sidecar_that_names_a_customer_is_refused(
    place: Place, sidecar: SidecarBuilder
) -> None:
    place.put("En-0001.json", sidecar(account="A-1"))
    with pytest.raises(Invalid) as caught:
        place.source.clip("En-0001")
    assert "A-1" not in str(caught.value)


def test_a_huge_sidecar_is_refused(place: Place) -> None:
    place.put("En-0001.json", b" " * 20_000_000)
    with pytest.raises(Invalid, match="larger than"):
        place.source.clip("En-0001")


@pytest.mark.parametrize(
    "address",
    [
        "gone",
        "s3://bucket/prefix",
        "manifest:s3://bucket/a.jsonl",
        "manifest:s3://bucket",
    ],
)
def test_a_place_that_is_away_is_unavailable(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    source = open_clip_source(address)
    with pytest.raises(Unavailable):
        source.clip("En-0001")
    with pytest.raises(Unavailable):
        source.clip_ids()
    with pytest.raises(Unavailable), source.audio("En-0001"):
        pytest.fail("nothing can be read")
