"""What help-clip writes, only its own user can read, whatever the umask was."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.cli.checks.files import file_lines
from bot.cli.demo.demo import demo_settings

ROOT = Path(__file__).parents[2]
OTHERS = 0o077


def run(folder: Path, *arguments: str) -> None:
    """Run a command as a careless shell would."""
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        umask=0o022,
        check=True,
        capture_output=True,
    )


def open_files(folder: Path) -> list[str]:
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.stat().st_mode)}"
        for path in sorted(folder.rglob("*"))
        if path.stat().st_mode & OTHERS
    ]


def test_a_snippet_on_disk_is_for_its_maker(tmp_path: Path) -> None:
    run(
        tmp_path,
        *("snippet", "en-us-0001", "--start", "2.3", "--end", "2.9", "-o", "o.wav"),
    )
    assert (tmp_path / "o.wav").exists()
    assert open_files(tmp_path) == []


def test_a_kept_demo_is_for_the_person_who_runs_it(tmp_path: Path) -> None:
    run(tmp_path, "demo", "--tour", "--keep", "kept")
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert {"help-clip.db", "snippet.key", "audit.key"} <= written
    assert open_files(tmp_path) == []


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that nobody else may look into."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    tmp_path.chmod(0o700)
    return tmp_path


def problems(folder: Path) -> list[str]:
    settings = demo_settings(folder, "http://127.0.0.1:1", "http://127.0.0.1:2")
    return [line.problem for line in file_lines(settings) if line.problem]


def test_check_is_green_where_nobody_else_can_read(private: Path) -> None:
    before = os.umask(0o077)
    try:
        assert problems(private) == []
        (private / "help-clip.db").write_bytes(b"")
        (private / ".env").write_text("SNIPPET_KEY=x")
        assert problems(private) == []
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    "name",
    [".env", "help-clip.db", "help-clip.db-wal", "snippets/HC-1/x", "keys/clips/k"],
)
def test_check_is_red_for_a_file_that_others_can_read(private: Path, name: str) -> None:
    problems(private)
    path = private / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"secret")
    for each in (path, *path.parents):
        each.chmod(0o755 if each.is_dir() else 0o644)
        if each == private:
            break
    found = problems(private)
    assert len(found) == 1
    assert path.parts[len(private.parts)] in found[0]
    assert "chmod" in found[0]


def test_check_is_red_for_a_recording_that_was_left_behind(private: Path) -> None:
    problems(private)
    left = private / "temporary" / "help-clip-abcd1234.wav"
    left.write_bytes(b"RIFF")
    left.chmod(0o600)
    found = problems(private)
    assert len(found) == 1
    assert str(left) in found[0]
