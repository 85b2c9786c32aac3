"""When something is erased every sink forgets its results and passes the request on."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import obstore
import pytest
from obstore.store import MemoryStore, ObjectStore

from bot.errors import Unavailable
from bot.sources.clips.object_store import open_store
from bot.sources.clips.objects import ObjectSink
from bot.sources.results.deletion_json import deletion_to_json
from bot.sources.results.jsonl import JsonLinesSink
from bot.sources.results.webhook import WebhookSink
from storage.records import Deletion, Result, Why
from tests.databases import s3  # noqa: F401
from tests.sources.results.test_webhook import (  # noqa: F401
    SECRET,
    Receiver,
    receiver,
)

Build = Callable[..., Result]
DELETION = Deletion(
    id="E-7",
    clip_id="En-0001",
    why=Why.ACCIDENTAL,
    requests=("HC-1042",),
    asked_at=datetime(2024, 5, 2, 10, tzinfo=UTC),
)


@pytest.fixture(params=["memory", "s3"])
def store(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    server = request.getfixturevalue("s3")
    for key, value in server.environment.items():
        monkeypatch.setenv(key, value)
    return open_store(f"s3://{server.bucket}/results/{uuid4().hex}")


def several(result: Build) -> list[Result]:
    """Two of the erased request, and one of another clip."""
    return [
        result(),
        result(id="HC-1042/2"),
        result(id="HC-1043/1", request="HC-1043", clip_id="En-0002", text="lamb"),
    ]


def test_a_file_keeps_a_tombstone_and_the_request_is_a_line_of_its_own(
    tmp_path: Path, result: Build
) -> None:
    path = tmp_path / "results.jsonl"
    sink = JsonLinesSink(path)
    for each in several(result):
        sink.deliver(each)
    sink.request_deletion(DELETION)
    sink.request_deletion(DELETION)
    assert [each.id for each in sink.results()] == ["HC-1043/1"]
    assert "lámp" not in path.read_text("utf-8")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert lines[0] == {"id": "HC-1042/1", "request": "HC-1042", "erased": True}
    asked = (tmp_path / "results.deletions.jsonl").read_bytes()
    assert asked == deletion_to_json(DELETION) + b"\n"
    for each in several(result):  # whoever delivers it again finds the tombstone
        sink.deliver(each)
        JsonLinesSink(path).deliver(each)
    assert [each.id for each in sink.results()] == ["HC-1043/1"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".new"] == []


def test_nothing_delivered_while_a_file_is_rewritten_is_lost(
    tmp_path: Path, result: Build
) -> None:
    path = tmp_path / "results.jsonl"
    JsonLinesSink(path).deliver(result())

    def deliver(worker: int) -> None:
        sink = JsonLinesSink(path)
        for n in range(30):
            name = f"HC-{2000 + worker * 100 + n}"
            sink.deliver(result(id=f"{name}/1", request=name, clip_id="En-0002"))

    def erase() -> None:
        sink = JsonLinesSink(path)
        for n in range(30):
            name = f"HC-{2000 + n}"
            gone = replace(DELETION, id=f"E-{n}", clip_id="x", requests=(name,))
            sink.request_deletion(gone)

    threads = [threading.Thread(target=deliver, args=(n,)) for n in (1, 2, 3)]
    threads.append(threading.Thread(target=erase))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = {each.id for each in JsonLinesSink(path).results()}
    assert len(ids) == 1 + 3 * 30


def test_a_bucket_keeps_tombstones_and_the_request(
    store: ObjectStore, result: Build
) -> None:
    sink = ObjectSink(store)
    for each in several(result):
        sink.deliver(each)
    sink.request_deletion(DELETION)
    sink.request_deletion(DELETION)
    assert [each.id for each in sink.results()] == ["HC-1043/1"]
    grave = bytes(obstore.get(store, "HC-1042/2.json").bytes())
    assert json.loads(grave) == {
        "id": "HC-1042/2",
        "request": "HC-1042",
        "erased": True,
    }
    asked = bytes(obstore.get(store, "deletions/E-7.json").bytes())
    assert asked == deletion_to_json(DELETION) + b"\n"
    for each in several(result):  # whoever delivers it again finds the tombstone
        sink.deliver(each)
    assert [each.id for each in sink.results()] == ["HC-1043/1"]


def test_a_webhook_is_told_signed_and_under_its_own_key(
    receiver: Receiver,  # noqa: F811
) -> None:
    sink = WebhookSink(f"http://127.0.0.1:{receiver.port}/in", SECRET)
    sink.request_deletion(DELETION)
    _, headers, body = receiver.requests[0]
    assert headers["Idempotency-Key"] == "E-7"
    assert headers["X-Help-Clip-Signature"].startswith("v1=")
    assert json.loads(body)["event"] == "deletion_requested"
    receiver.status = 503
    with pytest.raises(Unavailable):
        sink.request_deletion(DELETION)


def test_a_file_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").mkdir()
    with pytest.raises(Unavailable):
        JsonLinesSink(tmp_path / "results.jsonl").request_deletion(DELETION)
