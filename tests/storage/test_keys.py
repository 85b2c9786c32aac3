"""The clips' keys are kept apart, and one that was shredded is gone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from storage.blobs import open_blobs
from storage.errors import Sealed
from storage.keys import ClipKeys
from storage.seal import KEY_BYTES, MasterKey, new_master_key

MASTER = MasterKey.read(new_master_key())


def keys(folder: Path, master: MasterKey = MASTER) -> ClipKeys:
    return ClipKeys(open_blobs(str(folder)), master)


def test_a_clip_has_one_key_until_it_is_shredded(tmp_path: Path) -> None:
    made = keys(tmp_path)
    assert made.get("clip-1") is None
    first = made.make("clip-1")
    assert len(first) == KEY_BYTES
    assert made.make("clip-1") == made.get("clip-1") == first
    assert made.make("clip-2") != first
    made.shred("clip-1")
    made.shred("clip-1")
    assert made.get("clip-1") is None
    assert made.make("clip-1") != first


def test_a_clip_gets_one_key_though_many_ask_at_once(tmp_path: Path) -> None:
    start = Barrier(4)

    def make(_: int) -> bytes:
        start.wait()
        return keys(tmp_path).make("clip-1")

    with ThreadPoolExecutor(4) as workers:
        assert len(set(workers.map(make, range(4)))) == 1


def test_ids_that_differ_only_in_case_or_are_very_long_have_keys_of_their_own(
    tmp_path: Path,
) -> None:
    made = keys(tmp_path)
    assert len({made.make(clip_id) for clip_id in ("a.1", "A.1", "a" * 128)}) == 3


def test_the_place_holds_no_clip_id_and_no_plain_key(tmp_path: Path) -> None:
    key = keys(tmp_path).make("en-us-0001")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert "en-us-0001" not in path.name
        assert key not in path.read_bytes()


def test_a_key_opens_only_under_the_master_key_that_wrapped_it(tmp_path: Path) -> None:
    keys(tmp_path).make("clip-1")
    other = keys(tmp_path, MasterKey.read(new_master_key()))
    with pytest.raises(Sealed, match="SNIPPET_KEY"):
        other.get("clip-1")
