"""The pins of `constraints.txt`: they fit pyproject.toml, have hashes, no addresses."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "constraints.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
UNREACHABLE = (
    "Connection",
    "Could not find a version",
    "No matching distribution",
    "Temporary failure",
    "timed out",
)


def pins() -> list[Requirement]:
    """Return the pinned requirements; a package may have one for each Python."""
    lines = re.sub(r"\\\n\s+", "", TEXT).splitlines()
    found = [line for line in lines if line and not line.lstrip().startswith("#")]
    return [Requirement(line.partition("--hash")[0].strip()) for line in found]


def declared() -> list[Requirement]:
    project = PROJECT["project"]
    names = [
        *project["dependencies"],
        *project["optional-dependencies"]["postgres"],
        *PROJECT["build-system"]["requires"],
    ]
    return [Requirement(name) for name in names]


@pytest.mark.parametrize("wanted", declared(), ids=lambda wanted: wanted.name)
def test_a_pin_fits_the_range_of_pyproject(wanted: Requirement) -> None:
    name = canonicalize_name(wanted.name)
    pinned = [pin for pin in pins() if canonicalize_name(pin.name) == name]
    assert pinned, "run: make constraints"
    for pin in pinned:
        (version,) = pin.specifier
        assert version.operator == "=="
        assert wanted.specifier.contains(version.version), "run: make constraints"


def test_every_pin_has_hashes_and_the_file_has_no_address() -> None:
    entries = re.split(r"\n(?=\S)", TEXT)
    pinned = [entry for entry in entries if "==" in entry.splitlines()[0]]
    assert len(pinned) == len(pins())
    assert all("--hash=sha256:" in entry for entry in pinned)
    assert "://" not in TEXT
    assert not re.search(r"^\s*-(?!-hash)", TEXT, re.MULTILINE)
    assert " @ " not in TEXT


def test_the_pins_cover_every_supported_python_and_both_systems() -> None:
    for python in ("3.11", "3.12", "3.13", "3.14"):
        for system in ("linux", "darwin"):
            environment = {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "sys_platform": system,
                "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }
            here = [
                canonicalize_name(pin.name)
                for pin in pins()
                if pin.marker is None or pin.marker.evaluate(environment)
            ]
            assert len(here) == len(set(here)), "two pins of one package"
            wanted = {
                canonicalize_name(one.name)
                for one in declared()
                if one.marker is None or one.marker.evaluate(environment)
            }
            assert wanted <= set(here)


def test_an_installation_from_the_pins_works(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    install = [python, "-m", "pip", "install", "--quiet"]
    done = subprocess.run(
        [*install, "--require-hashes", "-r", ROOT / "constraints.txt"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip("no package index with these versions can be reached")
    assert done.returncode == 0, done.stderr
    subprocess.run([python, "-m", "pip", "check"], check=True)
    shown = subprocess.run(
        [python, "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Settle a muddled word" in shown.stdout, shown.stderr
