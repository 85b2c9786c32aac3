"""One file for many clips: each format gives the clip, and notices that it changed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import obstore
import pytest
import soundfile as sf
from obstore.store import MemoryStore

from bot.errors import Invalid, NotFound
from bot.sources import ClipSource, open_clip_source
from bot.sources.manifests.places import BucketPlace
from bot.sources.manifests.source import ManifestSource
from storage.records import Clip, Consent, TimingSource

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


def in_bucket(write: Callable[[Path], str], folder: Path) -> ClipSource:
    path = Path(write(folder))
    store = MemoryStore()
    for file in folder.rglob("*.*"):
        store.put(str(file.relative_to(folder)), file.read_bytes())
    for name in ("text", "segments"):
        if (folder / name).exists():
            obstore.put(store, name, (folder / name).read_bytes())
    return ManifestSource(BucketPlace(store), "" if path.is_dir() else path.name)


def words_of(clip: Clip) -> list[tuple[str, int, int]]:
    return [(word.text, word.start_ms, word.end_ms) for word in clip.words]


@pytest.mark.parametrize("open_", [opened, in_bucket])
@pytest.mark.parametrize("write", TIMED.values(), ids=TIMED)
def test_a_clip_is_a_recording_with_the_words_of_all_its_records(
    folder: Path, write, open_
) -> None:
    source = open_(write, folder)
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


@pytest.mark.parametrize("open_", [opened, in_bucket])
def test_a_change_is_noticed_at_the_next_look_up(folder: Path, open_) -> None:
    source = open_(nemo, folder)
    assert source.clip("a").words
    changed = lines(
        {"audio_filepath": "clips/b.wav", "duration": 1.0, "text": "lamp"},
        {"audio_filepath": "clips/a.wav", "duration": 0.4, "text": "on", "consent": "withdrawn"},
    )  # fmt: skip
    if open_ is opened:
        (folder / "train.jsonl").write_text(changed)
        os.utime(folder / "train.jsonl", ns=(1, 1))
    else:
        source._place._store.put("train.jsonl", changed.encode())
    clip = source.clip("a")
    assert words_of(clip) == [("on", 0, 400)]
    assert clip.consent is Consent.WITHDRAWN


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
