"""No recording outside its source, whenever the process dies."""

import json
import tempfile
import time
from pathlib import Path

import pytest

from bot.sources.clips.left_copies import left_copies, remove_left_copies
from tests.bench.kills import found_on_disk, run_apart, traces, write_clip
from tests.databases import S3, Postgres, postgres, s3  # noqa: F401


def test_a_killed_process_leaves_no_recording_on_disk_or_in_memory(
    tmp_path: Path,
    s3: S3,  # noqa: F811
    postgres: Postgres,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    temporary, clips = tmp_path / "temporary", tmp_path / "clips"
    temporary.mkdir()
    write_clip(clips)
    monkeypatch.setenv("TMPDIR", str(temporary))
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    roots = [str(tmp_path), "/tmp", "/var/tmp", "/dev/shm", "/run"]
    report = json.loads(run_apart(clips, s3, postgres.empty_database(), 3, roots))
    places = ["folder, sqlite", "folder, postgresql"]
    places += ["bucket, sqlite", "bucket, postgresql"]
    assert [sum(report["died"][place].values()) for place in places] == [3] * 4
    assert report["on_disk"] == []
    assert report["in_memory"] == []
    assert report["sounds"] == []


@pytest.mark.parametrize("n_form", [0, 1, 2, -1])
def test_the_search_finds_a_recording_in_any_form(tmp_path: Path, n_form: int) -> None:
    clips, elsewhere = tmp_path / "clips", tmp_path / "elsewhere"
    write_clip(clips)
    elsewhere.mkdir()
    since = time.time() - 1
    wanted = traces(clips)
    assert found_on_disk(wanted, since, [str(tmp_path)], [str(clips)]) == []
    (elsewhere / "copy").write_bytes(b"before" + wanted[n_form] + b"after")
    found = found_on_disk(wanted, since, [str(tmp_path)], [str(clips)])
    assert found == [str(elsewhere / "copy")]


def test_copies_of_an_older_release_are_found_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ours = tmp_path / "help-clip-x_h9nttc.flac"
    ours.write_bytes(b"fLaC")
    kept = [tmp_path / "help-clip-notes.txt", tmp_path / "other-x_h9nttc.flac"]
    for path in kept:
        path.write_bytes(b"")
    (tmp_path / "help-clip-folder.wav").mkdir()
    (tmp_path / "help-clip-link.wav").symlink_to(kept[1])
    assert left_copies() == [ours]
    assert remove_left_copies() == 1
    assert left_copies() == []
    assert all(path.exists() for path in kept)
