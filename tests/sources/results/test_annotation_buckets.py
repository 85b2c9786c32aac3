"""Files of annotation tools in a bucket: in memory, and on a real S3 server."""

import threading
from collections.abc import Callable
from uuid import uuid4

import obstore
import pytest
from obstore.store import MemoryStore, ObjectStore

from bot.errors import Invalid, Unavailable
from bot.sources import open_clip_source, open_result_sink
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSource
from bot.sources.results.annotation.bucket_files import BucketFilesSink
from bot.sources.results.annotation.writers import FORMATS
from bot.sources.results.tsv import TABLE
from storage.records import Result, Span
from tests.databases import s3  # noqa: F401
from tests.sources.results.test_deletions import DELETION, store  # noqa: F401

ALL = FORMATS | {"tsv": TABLE}
Build = Callable[..., Result]


def sink_of(store: ObjectStore, kind: str) -> BucketFilesSink:  # noqa: F811
    """A sink made anew, as another process has it."""
    return BucketFilesSink(store, ALL[kind])


def objects(store: ObjectStore) -> dict[str, bytes]:  # noqa: F811
    return {
        entry["path"]: bytes(store.get(entry["path"]).bytes())
        for batch in obstore.list(store)
        for entry in batch
    }


def file_of(store: ObjectStore, kind: str) -> str:  # noqa: F811
    path = f"En-0001.settled.{ALL[kind].extension}"
    return bytes(store.get(path).bytes()).decode()


@pytest.mark.parametrize("kind", ALL)
def test_a_result_delivered_twice_changes_nothing(
    kind: str,
    store: ObjectStore,  # noqa: F811
    result: Build,
) -> None:
    sink_of(store, kind).deliver(result(text="lamp"))
    once = objects(store)
    sink_of(store, kind).deliver(result(text="lamp"))
    assert objects(store) == once
    assert list(sink_of(store, kind).results()) == [result(text="lamp")]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_correction_replaces_what_it_corrects(
    kind: str,
    order: tuple[int, int],
    store: ObjectStore,  # noqa: F811
    result: Build,
) -> None:
    texts = {1: "lampion", 2: "lantern"}
    for number in order:
        each = result(id=f"HC-1042/{number}", text=texts[number], dissent=())
        sink_of(store, kind).deliver(each)
    assert "lantern" in file_of(store, kind)
    assert "lampion" not in file_of(store, kind)


@pytest.mark.parametrize("kind", ALL)
def test_an_erasure_takes_the_words_away_for_good(
    kind: str,
    store: ObjectStore,  # noqa: F811
    result: Build,
) -> None:
    mine = result(text="lampion", dissent=())
    other = result(id="HC-9/1", request="HC-9", clip_id="En-0002", text="turn")
    for each in (mine, other):
        sink_of(store, kind).deliver(each)
    sink_of(store, kind).request_deletion(DELETION)
    sink_of(store, kind).request_deletion(DELETION)
    sink_of(store, kind).deliver(mine)
    assert not any(b"lampion" in content for content in objects(store).values())
    assert list(sink_of(store, kind).results()) == [other]
    assert "deletions/E-7.json" in objects(store)


def test_of_several_writers_at_once_the_last_one_writes_all(
    store: ObjectStore,  # noqa: F811
    result: Build,
) -> None:
    def deliver(number: int) -> None:
        span = Span(start_ms=number * 500, end_ms=number * 500 + 400)
        name = f"HC-{number}"
        each = result(id=f"{name}/1", request=name, span=span, text=f"word{number}")
        sink_of(store, "vtt").deliver(each)

    threads = [threading.Thread(target=deliver, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = file_of(store, "vtt")
    assert all(f"word{number}\n" in written for number in range(8))


def test_the_files_beside_the_clips_are_no_drafts_and_no_clips(
    store: ObjectStore,  # noqa: F811
    folder,
    result: Build,
) -> None:
    for path in folder.iterdir():
        obstore.put(store, path.name, path.read_bytes())
    for kind in ALL:
        sink_of(store, kind).deliver(result())
    source = ObjectSource(store)
    assert source.clip_ids() == ["En-0001"]
    assert [word.text for word in source.clip("En-0001").words] == [
        "turn",
        "the",
        "lamp",
    ]


@pytest.mark.parametrize("kind", ALL)
def test_a_bucket_is_named_after_the_format(kind, s3, monkeypatch, result) -> None:  # noqa: F811
    for key, value in s3.environment.items():
        monkeypatch.setenv(key, value)
    address = f"s3://{s3.bucket}/settled/{uuid4().hex}"
    sink = open_result_sink(f"{kind}:{address}", secret=None)
    sink.deliver(result(text="lamp"))
    assert "lamp" in file_of(open_store(address), kind)
    assert open_clip_source(address).clip_ids() == []


def test_an_id_that_is_no_name_and_a_store_that_is_away_are_sentences(
    monkeypatch: pytest.MonkeyPatch, result: Build
) -> None:
    with pytest.raises(Invalid, match="name of an object"):
        sink_of(MemoryStore(), "vtt").deliver(result(id="../x"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    gone = open_result_sink("srt:s3://bucket/prefix", secret=None)
    with pytest.raises(Unavailable):
        gone.deliver(result())
    with pytest.raises(Unavailable):
        gone.request_deletion(DELETION)
    with pytest.raises(Unavailable):
        list(gone.results())
