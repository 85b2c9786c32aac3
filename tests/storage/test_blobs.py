"""One contract for every place bytes are kept in, and what each place owes besides."""

import stat
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from storage.blobs import Blobs, FolderBlobs, ObjectBlobs, open_blobs
from storage.errors import Missing, StorageError
from tests.databases import S3

BAD_NAMES = [
    "",
    ".",
    "..",
    "../secret",
    "a/../b",
    "/etc/passwd",
    "a//b",
    "a/",
    ".hidden",
    "a/.hidden",
    "a\\b",
    "a b",
    "a\nb",
    "a\x00b",
    "ünïcode",
    "a%2fb",
    "a?b",
    "x" * 101,
    "a/b/c/d/e",
    "name\n",
]


@pytest.fixture(params=["folder", "file", "memory", "s3"])
def blobs(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Blobs:
    if request.param == "folder":
        return open_blobs(str(tmp_path / "snippets"))
    if request.param == "file":
        return open_blobs((tmp_path / "with space").as_uri())
    if request.param == "memory":
        return open_blobs("memory://")
    server: S3 = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return open_blobs(f"s3://{server.bucket}/{uuid4().hex}")


def test_what_was_put_is_got(blobs: Blobs) -> None:
    blobs.put("HC-1042/a.wav", b"\x00\xff" * 5000)
    assert blobs.get("HC-1042/a.wav") == b"\x00\xff" * 5000
    assert blobs.exists("HC-1042/a.wav")


def test_an_empty_blob_is_a_blob(blobs: Blobs) -> None:
    blobs.put("empty", b"")
    assert blobs.get("empty") == b""
    assert blobs.exists("empty")


def test_a_second_put_replaces(blobs: Blobs) -> None:
    blobs.put("a", b"first, and longer")
    blobs.put("a", b"second")
    assert blobs.get("a") == b"second"


def test_put_new_never_replaces(blobs: Blobs) -> None:
    assert blobs.put_new("checkpoints/7", b"first")
    assert not blobs.put_new("checkpoints/7", b"second")
    assert blobs.get("checkpoints/7") == b"first"


def test_nothing_there_is_missing(blobs: Blobs) -> None:
    assert not blobs.exists("nothing")
    with pytest.raises(Missing):
        blobs.get("nothing")


def test_deleting_removes_and_may_be_repeated(blobs: Blobs) -> None:
    blobs.put("a", b"x")
    blobs.delete("a")
    blobs.delete("a")
    assert not blobs.exists("a")


def test_names_are_listed_by_folder(blobs: Blobs) -> None:
    for name in ("b/2", "b/1", "a", "bb"):
        blobs.put(name, b"x")
    assert blobs.names() == ["a", "b/1", "b/2", "bb"]
    assert blobs.names("b") == ["b/1", "b/2"]
    assert blobs.names("none") == []


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_is_not_plain_is_refused_everywhere(
    blobs: Blobs, name: str
) -> None:
    for act in (blobs.get, blobs.exists, blobs.delete):
        with pytest.raises(StorageError, match="name may hold"):
            act(name)
    with pytest.raises(StorageError, match="name may hold"):
        blobs.put(name, b"x")


def test_writers_at_once_leave_one_whole_blob(blobs: Blobs) -> None:
    contents = [bytes([n]) * 50_000 for n in range(6)]
    writers = [Thread(target=blobs.put, args=("a", content)) for content in contents]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert blobs.get("a") in contents


def test_of_many_who_claim_a_name_one_gets_it(blobs: Blobs) -> None:
    won: list[bool] = []

    def claim(n: int) -> None:
        won.append(blobs.put_new("claimed", bytes([n])))

    claims = [Thread(target=claim, args=(n,)) for n in range(6)]
    for claimant in claims:
        claimant.start()
    for claimant in claims:
        claimant.join()
    assert won.count(True) == 1


def test_folder_and_files_are_only_their_owners(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "snippets")
    blobs.put("a/b/c", b"x")
    for folder in ("snippets", "snippets/a", "snippets/a/b"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "snippets/a/b/c").stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_bytes_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put("a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.blobs.os.fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        blobs.put("a", b"new")
    assert blobs.get("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be made"):
        open_blobs(str(tmp_path / "file" / "under"))


def test_an_object_store_that_is_away_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tester-secret")
    blobs = open_blobs("s3://bucket/prefix")
    for act in (blobs.get, blobs.exists, blobs.delete):
        with pytest.raises(
            StorageError, match="object store does not answer"
        ) as caught:
            act("a")
        assert "tester" not in str(caught.value)


def test_plain_http_is_refused_off_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1:9000")
    with pytest.raises(StorageError, match="https"):
        open_blobs("s3://bucket")


@pytest.mark.parametrize("url", ["ftp://host/x", "s3://", "nonsense://x"])
def test_an_unknown_address_is_one_clear_line(url: str) -> None:
    with pytest.raises(StorageError, match="store address"):
        open_blobs(url)


def test_memory_is_an_object_store() -> None:
    assert isinstance(open_blobs("memory://"), ObjectBlobs)
