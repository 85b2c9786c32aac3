"""A bucket serves clips as a folder does; the same tests run on memory and on a real S3
server.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import obstore
import pytest
import soundfile as sf
from obstore.store import MemoryStore

from bot.errors import Invalid, Unavailable
from bot.sources import open_clip_source, open_result_sink
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSink, ObjectSource
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


def test_audio_arrives_in_a_private_file_that_is_gone_afterwards(source, folder):
    with source.audio("En-0001") as path:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.suffix == ".wav"
        assert path.read_bytes() == (folder / "En-0001.wav").read_bytes()
        assert sf.info(path).duration == 1.0
    assert not path.exists()


def test_the_copy_is_gone_even_if_its_reader_fails(source):
    seen: list[Path] = []

    def read_and_fail():
        with source.audio("En-0001") as path:
            seen.append(path)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        read_and_fail()
    assert not seen[0].exists()


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
