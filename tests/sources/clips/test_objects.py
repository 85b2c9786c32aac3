"""A bucket serves clips as a folder does; the same tests run on memory and on a real S3
server.
"""

import io
import json
import os
import socket
import tempfile
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import obstore
import pytest
import soundfile as sf
from obstore.store import MemoryStore

from bot.errors import Invalid, Unavailable
from bot.redaction.audio.codec import read_window
from bot.sources import open_clip_source, open_result_sink
from bot.sources.clips import object_store
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSink, ObjectSource
from storage.records import Span
from tests.databases import s3  # noqa: F401


@pytest.fixture(params=["memory", "s3"])
def store(request, monkeypatch):
    """An empty place for objects."""
    if request.param == "memory":
        return MemoryStore()
    server = request.getfixturevalue("s3")
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    return open_store(f"s3://{server.bucket}/clips/{uuid4().hex}")


@pytest.fixture
def filled(store, folder):
    for path in folder.iterdir():
        obstore.put(store, path.name, path.read_bytes())
    return store


@pytest.fixture
def source(filled):
    return ObjectSource(filled)


def test_a_clip_is_read_from_a_bucket(source, folder):
    assert source.clip("En-0001") == open_clip_source(str(folder)).clip("En-0001")


def test_the_recording_has_no_name_and_no_trace_on_the_disk(
    source, folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with source.audio("En-0001") as recording:
        assert os.fstat(recording.fileno()).st_nlink == 0
        assert list((tmp_path / "temporary").iterdir()) == []
        assert recording.read() == (folder / "En-0001.wav").read_bytes()


def test_of_a_large_wav_only_the_part_and_its_surroundings_are_fetched(filled, source):
    loud = io.BytesIO()
    sf.write(loud, np.full(600 * 16_000, 0.5), 16_000, format="WAV")
    obstore.put(filled, "En-0001.wav", loud.getvalue())
    part = Span(start_ms=300_000, end_ms=304_600)
    with source.audio("En-0001", part) as recording:
        content = recording.read()
        window = read_window(recording, part.start_ms, part.end_ms)
    assert len(content) == len(loud.getvalue())
    fetched = np.count_nonzero(np.frombuffer(content[44:], dtype=np.int16)) / 16_000
    assert part.length_ms / 1000 <= fetched < 12
    assert np.allclose(window.samples, 0.5, atol=0.01)


@pytest.mark.parametrize("start_ms", [0, 599_000])
def test_the_ends_of_a_large_wav_are_fetched_too(filled, source, start_ms):
    loud = io.BytesIO()
    sf.write(loud, np.full(600 * 16_000, 0.5), 16_000, format="WAV")
    obstore.put(filled, "En-0001.wav", loud.getvalue())
    part = Span(start_ms=start_ms, end_ms=start_ms + 4_000)
    with source.audio("En-0001", part) as recording:
        window = read_window(recording, part.start_ms, part.end_ms)
    assert len(window.samples) == min(4_000, 600_000 - start_ms) * 16
    assert np.allclose(window.samples, 0.5, atol=0.01)


def test_a_recording_that_changes_between_two_questions_is_asked_for_again(filled):
    quiet, loud = io.BytesIO(), io.BytesIO()
    sf.write(quiet, np.zeros(600 * 16_000), 16_000, format="WAV")
    sf.write(loud, np.full(600 * 16_000, 0.5), 16_000, format="WAV")
    obstore.put(filled, "En-0001.wav", quiet.getvalue())

    class Changing(ObjectSource):
        def _listed(self, after=None):
            yield from super()._listed(after)
            obstore.put(filled, "En-0001.wav", loud.getvalue())

    source = Changing(filled)
    with pytest.raises(Unavailable, match="changed"), source.audio("En-0001"):
        pytest.fail("half of it is of another recording")


ODD_NAMES = [
    "En-0001 copy.wav",
    "En-0001+.wav",
    "En-0001#1.wav",
    "En-0001%20.wav",
    "En-0001&a=b.wav",
    "Gr\u00fc\u00dfe.json",
    "Gru\u0308\u00dfe.json",
    "\u0417\u0432\u0443\u043a.wav",
    "0 before all/En-0001.wav",
]


def test_odd_names_in_the_bucket_hide_no_clip_and_are_none(filled, source, folder):
    for name in ODD_NAMES:
        obstore.put(filled, name, b"x")
    assert source.clip_ids() == ["En-0001"]
    assert source.clip("En-0001").locale == "en-US"
    with source.audio("En-0001") as recording:
        assert recording.read() == (folder / "En-0001.wav").read_bytes()


def test_a_bucket_whose_prefix_is_odd_is_read(s3, monkeypatch, folder):  # noqa: F811
    for key, value in s3.environment.items():
        monkeypatch.setenv(key, value)
    for prefix in ("a b", "a+b", "a%23b", "Gr\u00fcn", "Gru\u0308n"):
        address = f"s3://{s3.bucket}/{uuid4().hex}/{prefix}"
        for path in folder.iterdir():
            obstore.put(open_store(address), path.name, path.read_bytes())
        assert open_clip_source(address).clip("En-0001").locale == "en-US"


def test_a_store_that_hangs_is_unavailable(monkeypatch):
    monkeypatch.setattr(object_store, "READ_TIMEOUT", "1s")
    monkeypatch.setattr(object_store, "RETRY_TIMEOUT", timedelta(seconds=1))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(
            "AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}"
        )
        source = open_clip_source("s3://bucket/prefix")
        with pytest.raises(Unavailable, match="does not answer"):
            source.clip("En-0001")
        with pytest.raises(Unavailable), source.audio("En-0001"):
            pytest.fail("it never answered")


def test_a_recording_over_the_cap_is_refused(filled):
    small = ObjectSource(filled, max_audio_bytes=1000)
    with pytest.raises(Invalid, match="larger than"), small.audio("En-0001"):
        pytest.fail("it is over the cap")


def test_results_are_one_object_each_and_delivering_twice_is_once(store, result):
    sink = ObjectSink(store)
    first = result()
    second = result(id="HC-7/1", settled_at=datetime(2024, 1, 1, tzinfo=UTC))
    for each in (first, second, second):
        sink.deliver(each)
    assert {r.id: r for r in sink.results()} == {first.id: first, second.id: second}
    stored = obstore.get(store, "HC-1042/1.json").bytes()
    assert json.loads(bytes(stored))["text"] == first.text


@pytest.mark.parametrize("result_id", ["", "../x", "/x", "a//b", "a b"])
def test_a_result_whose_id_is_no_name_is_refused(store, result, result_id):
    with pytest.raises(Invalid):
        ObjectSink(store).deliver(result(id=result_id))


def test_a_bucket_is_opened_by_its_address(s3, monkeypatch, folder, result):  # noqa: F811
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tester-secret")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    address = f"s3://{s3.bucket}/by/address?region=us-east-1&endpoint={s3.endpoint}"
    for path in folder.iterdir():
        obstore.put(open_store(address), path.name, path.read_bytes())
    assert open_clip_source(address).clip("En-0001").locale == "en-US"
    sink = open_result_sink(address.replace("/by/", "/results/"), secret=None)
    sink.deliver(result())
    assert list(sink.results()) == [result()]


def test_a_store_that_is_away_is_unavailable(monkeypatch, result):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    source, sink = (
        open_clip_source("s3://b/p"),
        open_result_sink("s3://b/p", secret=None),
    )
    for ask in (
        lambda: source.clip("a"),
        source.clip_ids,
        lambda: sink.deliver(result()),
    ):
        with pytest.raises(Unavailable, match="object store"):
            ask()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("s3://", "not an address of a bucket"),
        ("ftp://host/clips", "not an address of a bucket"),
        ("s3://b/p?secret_access_key=SECRET", "Credentials belong"),
        ("s3://key:SECRET@b/p", "Credentials belong"),
        ("s3://b?endpoint=http://10.0.0.1:9000", "https://"),
        ("s3://b?endpoint=http://localhost.evil.example", "https://"),
        ("http://files.example/clips", "https://"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(address, sentence):
    with pytest.raises(Invalid, match=sentence) as caught:
        open_clip_source(address)
    assert "SECRET" not in str(caught.value)


def test_plain_http_to_another_machine_is_refused_from_the_environment_too(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://minio.example:9000")
    with pytest.raises(Invalid, match="https://"):
        open_clip_source("s3://b/p")
