"""The installed package holds all that users need, and no developers' code."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("bot", "storage", "tools", "pyproject.toml", "README.md", "LICENSE")
# A wheel holds no caches, and its own licence and metadata under help_clip-*.
IGNORED = ("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[frozenset[str]]:
    """Build the wheel from a copy of the tree; return the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        source, copy = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*IGNORED))
        else:
            shutil.copyfile(source, copy)
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    build = "from setuptools.build_meta import build_wheel; build_wheel('out')"
    (folder / "out").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", build],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "out").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        yield frozenset(archive.namelist())


def test_the_wheel_holds_no_tools_and_no_tests(names: frozenset[str]) -> None:
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"bot", "storage"}


def test_every_file_of_the_program_is_in_the_wheel(names: frozenset[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "bot", "storage"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    there = {name for name in tracked if (ROOT / name).exists()}
    assert there - names == set()


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("bot/redaction/words/lists", ".txt"),
        ("bot/redaction/words/models", ".npz"),
        ("bot/pages/templates", ".html"),
        ("bot/pages/static/js", ".js"),
        ("bot/text/en", ".toml"),
        ("bot/demo", ".toml"),
        ("bot/demo/clips", ".flac"),
    ],
)
def test_files_that_are_read_at_run_time_are_in_the_wheel(
    names: frozenset[str], folder: str, suffix: str
) -> None:
    found = [n for n in names if n.startswith(f"{folder}/") and n.endswith(suffix)]
    assert found
