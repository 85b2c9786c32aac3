"""One file for many clips: each format gives the clip, and notices that it changed."""

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import obstore
import pytest
import soundfile as sf
from obstore.store import MemoryStore, ObjectStore

from bot.errors import Invalid, NotFound, Unavailable
from bot.sources import ClipSource, open_clip_source
from bot.sources.clips import object_store
from bot.sources.clips.object_store import open_store
from bot.sources.manifests.places import BucketPlace
from bot.sources.manifests.source import ManifestSource
from storage.records import Clip, Consent, TimingSource
from tests.databases import s3  # noqa: F401

DEFAULTS = {"locale": "en-US", "consent": "granted"}


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def kaldi(folder: Path) -> str:
    (folder / "wav.scp").write_text("a clips/a.wav\nb clips/b.wav\n")
    (folder / "segments").write_text("a-1 a 0.5 1.3\nb-1 b 0.0 1.0\na-2 a 1.5 1.9\n")
    (folder / "text").write_text("a-1 turn on\na-2 lamp\nb-1 secret\n")
    return str(folder)


def nemo(folder: Path) -> str:
    path = folder / "train.jsonl"
    first = {"audio_filepath": "clips/a.wav", "offset": 0.5, "duration": 0.8}
    second = {"audio_filepath": "clips/a.wav", "offset": 1.5, "duration": 0.4}
    other = {"audio_filepath": "clips/b.wav", "duration": 1.0, "text": "secret"}
    path.write_text(
        lines(first | {"text": "turn on"}, other, second | {"text": "lamp"})
    )
    return str(path)


def recording(name: str) -> dict[str, object]:
    source = {"type": "file", "channels": [0], "source": f"clips/{name}.wav"}
    return {"id": name, "sources": [source], "sampling_rate": 16_000}


def lhotse_cuts(folder: Path) -> str:
    path = folder / "cuts.jsonl"
    said = [
        {"id": "a-1", "start": 0.0, "duration": 0.8, "text": "turn on"},
        {"id": "a-2", "start": 1.0, "duration": 0.4, "text": "lamp"},
    ]
    cut = {"id": "c", "start": 0.5, "duration": 2, "recording": recording("a")}
    path.write_text(
        lines(
            {"id": "x", "start": 0, "recording": recording("b"), "supervisions": []},
            cut | {"supervisions": said},
        )
    )
    return str(path)


def lhotse_supervisions(folder: Path) -> str:
    path = folder / "supervisions.jsonl"
    path.write_text(
        lines(
            {"id": "1", "recording_id": "a", "start": 0.5, "duration": 0.8, "text": "turn on"},
            {"id": "2", "recording_id": "b", "start": 0.5, "duration": 0.8, "text": "secret"},
            {"id": "3", "recording_id": "a", "start": 1.5, "duration": 0.4, "text": "lamp"},
        )
    )  # fmt: skip
    (folder / "recordings.jsonl").write_text(lines(recording("a"), recording("b")))
    return str(path)


def task(name: str, *regions: tuple[float, float, str]) -> dict[str, object]:
    results = [
        {"id": f"{i}", "type": "textarea", "value": {"start": s, "end": e, "text": [t]}}
        for i, (s, e, t) in enumerate(regions)
    ]
    data = {"audio": f"clips/{name}.wav", "note": "Zoë"}
    return {"id": 1, "data": data, "annotations": [{"result": results}]}


def label_studio(folder: Path) -> str:
    path = folder / "export.json"
    of_a = task("a", (0.5, 1.3, "turn on"), (1.5, 1.9, "lamp"))
    path.write_text(
        json.dumps([task("b", (0, 1, "secret")), of_a], ensure_ascii=False, indent=1)
    )
    return str(path)


TIMED = {
    "kaldi": kaldi,
    "nemo": nemo,
    "lhotse cuts": lhotse_cuts,
    "lhotse supervisions": lhotse_supervisions,
    "label studio": label_studio,
}


def common_voice(folder: Path) -> str:
    path = folder / "validated.tsv"
    path.write_text(
        "client_id\tpath\tsentence\tage\tlocale\n"
        f"{'f' * 128}\tb.wav\tsecret\t\ten\n{'0' * 128}\ta.wav\tTurn on.\tteens\ten-GB\n"
    )
    return str(path)


ALL = TIMED | {"common voice": common_voice}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus with the recordings a and b, and what holds for all clips."""
    (tmp_path / "clips").mkdir()
    for name, hz in (("a", 440), ("b", 880)):
        tone = 0.1 * np.sin(2 * np.pi * hz * np.arange(32_000) / 16_000)
        sf.write(tmp_path / "clips" / f"{name}.wav", tone, 16_000)
    (tmp_path / "clips.json").write_text(json.dumps(DEFAULTS))
    return tmp_path


def opened(write: Callable[[Path], str], folder: Path) -> ClipSource:
    return open_clip_source(f"manifest:{write(folder)}")


class Bucket:
    """A corpus in a bucket, in memory or on a real S3 server."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def opened(self, write: Callable[[Path], str], folder: Path) -> ClipSource:
        path = Path(write(folder))
        for file in folder.rglob("*"):
            if file.is_file():
                self.put(str(file.relative_to(folder)), file.read_bytes())
        return ManifestSource(
            BucketPlace(self.store), "" if path.is_dir() else path.name
        )

    def put(self, name: str, content: bytes) -> None:
        obstore.put(self.store, name, content)


class Folder:
    """A corpus in a folder of this machine."""

    def opened(self, write: Callable[[Path], str], folder: Path) -> ClipSource:
        self.folder = folder
        return opened(write, folder)

    def put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        os.utime(self.folder / name, ns=(1, 1))


@pytest.fixture(params=["folder", "memory", "s3"])
def home(request, monkeypatch) -> Folder | Bucket:
    if request.param == "folder":
        return Folder()
    if request.param == "memory":
        return Bucket(MemoryStore())
    server = request.getfixturevalue("s3")
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    return Bucket(open_store(f"s3://{server.bucket}/corpus/{uuid4().hex}"))


def words_of(clip: Clip) -> list[tuple[str, int, int]]:
    return [(word.text, word.start_ms, word.end_ms) for word in clip.words]


@pytest.mark.parametrize("write", TIMED.values(), ids=TIMED)
def test_a_clip_is_a_recording_with_the_words_of_all_its_records(
    folder: Path, write, home
) -> None:
    source = home.opened(write, folder)
    clip = source.clip("a")
    assert words_of(clip) == [
        ("turn", 500, 1033),
        ("on", 1033, 1300),
        ("lamp", 1500, 1900),
    ]
    assert clip.timing is TimingSource.UNKNOWN
    assert (clip.locale, clip.consent) == ("en-US", Consent.GRANTED)
    with source.audio("a") as file:
        assert file.read() == (folder / "clips" / "a.wav").read_bytes()


def test_common_voice_has_no_times_and_so_no_words(folder: Path) -> None:
    source = opened(common_voice, folder)
    clip = source.clip("a")
    assert clip.words == ()
    assert (clip.locale, clip.speaker) == ("en-GB", "0" * 64)
    with source.audio("a") as file:
        assert file.read() == (folder / "clips" / "a.wav").read_bytes()


@pytest.mark.parametrize("write", ALL.values(), ids=ALL)
def test_the_ids_are_those_of_the_recordings(folder: Path, write) -> None:
    source = opened(write, folder)
    assert source.clip_ids() == ["a", "b"]
    assert len(source.clip_ids(1)) == 1
    for clip_id in ("c", "A", "path", "a-1"):
        with pytest.raises(NotFound):
            source.clip(clip_id)
    with pytest.raises(Invalid):
        source.clip("../a")


def test_a_change_is_noticed_at_the_next_look_up(folder: Path, home) -> None:
    source = home.opened(nemo, folder)
    assert source.clip("a").words
    changed = lines(
        {"audio_filepath": "clips/b.wav", "duration": 1.0, "text": "lamp"},
        {"audio_filepath": "clips/a.wav", "duration": 0.4, "text": "on", "consent": "withdrawn"},
    )  # fmt: skip
    home.put("train.jsonl", changed.encode())
    clip = source.clip("a")
    assert words_of(clip) == [("on", 0, 400)]
    assert clip.consent is Consent.WITHDRAWN


def test_each_of_many_changes_is_noticed(folder: Path, home) -> None:
    """Each is of the same length as the one before it, and follows at once."""
    source = home.opened(nemo, folder)
    for number, word in enumerate(("turn", "lamp", "stop", "next", "call"), 1):
        record = {"audio_filepath": "clips/a.wav", "duration": 0.4, "text": word}
        home.put("train.jsonl", lines(record).encode())
        if isinstance(home, Folder):
            os.utime(folder / "train.jsonl", ns=(1, number))
        assert words_of(source.clip("a")) == [(word, 0, 400)]


def test_a_recording_that_comes_after_its_manifest_is_found_then(
    folder: Path, home
) -> None:
    sound = (folder / "clips" / "a.wav").read_bytes()
    (folder / "clips" / "a.wav").unlink()
    source = home.opened(nemo, folder)
    assert source.clip("a").words
    with pytest.raises(NotFound), source.audio("a"):
        pytest.fail("it is not there yet")
    home.put("clips/a.wav", sound)
    with source.audio("a") as recording:
        assert recording.read() == sound


def test_of_many_lines_only_those_of_the_clip_are_fetched(folder: Path, home) -> None:
    """The manifest is read once, and each line after it by its range of bytes."""

    def many(folder: Path) -> str:
        records = [
            {"audio_filepath": f"clips/r{i}.wav", "duration": 0.5, "text": f"word {i}"}
            for i in range(3_000)
        ]
        (folder / "train.jsonl").write_text(lines(*records))
        return str(folder / "train.jsonl")

    source = home.opened(many, folder)
    source.clip("r0")
    read: list[int] = []
    part = source._place.part

    def counted(name: str, start: int, end: int) -> bytes:
        read.append(end - start)
        return part(name, start, end)

    source._place.part = counted
    for number in (0, 1, 1_499, 2_998, 2_999):
        words = source.clip(f"r{number}").words
        assert [word.text for word in words] == ["word", str(number)]
    assert len(read) == 5
    assert max(read) < 200


@pytest.mark.skipif(os.name != "posix", reason="other systems do not stop a program so")
def test_a_server_that_stops_answering_is_away_and_comes_back(
    s3,  # noqa: F811
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(object_store, "READ_TIMEOUT", "1s")
    monkeypatch.setattr(object_store, "RETRY_TIMEOUT", timedelta(seconds=1))
    for key, value in s3.environment.items():
        monkeypatch.setenv(key, value)
    home = Bucket(open_store(f"s3://{s3.bucket}/corpus/{uuid4().hex}"))
    source = home.opened(nemo, folder)
    assert source.clip("a").words
    os.kill(s3.pid, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable, match="does not answer"):
            source.clip("a")
        with pytest.raises(Unavailable, match="does not answer"), source.audio("a"):
            pytest.fail("nothing answers")
    finally:
        os.kill(s3.pid, signal.SIGCONT)
    assert source.clip("a").words


def test_what_holds_for_all_is_checked_as_a_sidecar_is(folder: Path) -> None:
    (folder / "clips.json").write_text(json.dumps(DEFAULTS | {"customer_name": "x"}))
    with pytest.raises(Invalid, match="identifies a customer"):
        opened(nemo, folder).clip("a")
    (folder / "clips.json").unlink()
    with pytest.raises(Invalid, match="locale"):
        opened(nemo, folder).clip("a")


@pytest.mark.parametrize("path", ["../a.wav", "/etc/passwd", "clips/../../a.wav"])
def test_nothing_outside_the_manifests_folder_is_opened(folder: Path, path) -> None:
    def outside(folder: Path) -> str:
        record = {"audio_filepath": path, "duration": 1.0, "text": "on"}
        (folder / "train.jsonl").write_text(lines(record))
        return str(folder / "train.jsonl")

    clip_id = Path(path).stem
    with (
        pytest.raises(Invalid, match="outside its own folder"),
        opened(outside, folder).audio(clip_id),
    ):
        pytest.fail("it lies outside")


def test_a_command_in_the_place_of_a_recording_is_never_run(folder: Path) -> None:
    kaldi(folder)
    (folder / "wav.scp").write_text("a sph2pipe -f wav a.sph |\n")
    with pytest.raises(Invalid, match="never run"):
        open_clip_source(f"manifest:{folder}").clip("a")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.jsonl", b"{}\n", "unknown kind"),
        ("x.jsonl", b"\xff\xfe", "unknown kind"),
        ("x.jsonl", b"", "unknown kind"),
        ("x.tsv", b"a\tb\n", "unknown kind"),
        ("x.jsonl", None, "is not there"),
        ("empty", None, "no wav.scp"),
    ],
)
def test_other_files_are_refused_in_a_sentence(
    folder: Path, name: str, data: bytes | None, sentence: str
) -> None:
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(Invalid, match=sentence):
        open_clip_source(f"manifest:{folder / name}").clip("a")


@pytest.mark.parametrize("write", ALL.values(), ids=ALL)
def test_damaged_records_are_no_clips(folder: Path, write) -> None:
    path = Path(write(folder))
    files = [folder / name for name in ("text", "segments", "wav.scp")]
    for file in files if path.is_dir() else [path]:
        data = file.read_bytes()
        file.write_bytes(data[: len(data) * 2 // 3] + b"\x00\xff{[\n\n}" + data[-9:])
    source = open_clip_source(f"manifest:{path}")
    for clip_id in ("a", "b"):
        try:
            clip = source.clip(clip_id)
        except (Invalid, NotFound):
            continue
        assert clip.clip_id == clip_id
