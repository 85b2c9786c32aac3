"""The Markdown of the repository is wrapped at one width and names the noun."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.measure_style import KINDS_OF_WORD, WORD

ROOT = Path(__file__).parents[1]
WIDTH = 100
# Pages that quote the program's own sentences, or are printed from a table of it.
PRINTED = {"docs/permissions.md", "docs/lifecycle.md"}
# Highest number of uses per 10,000 words, over all pages together. "Who" is a word of
# tables here, so only the other pronouns count.
CEILINGS = {"pronouns": 5.0, "clauses": 10.0, "saying": 10.0}


def pages() -> list[str]:
    tracked = subprocess.run(
        ["git", "ls-files", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [name for name in tracked if name not in PRINTED]


def prose_lines(page: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page outside code blocks, with their numbers."""
    in_code = False
    for number, line in enumerate((ROOT / page).read_text("utf-8").split("\n"), 1):
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield number, line


def is_too_long(line: str) -> bool:
    """Tables, headings, pictures, links and long pieces of code cannot be wrapped."""
    text = line.strip()
    unbroken = text.startswith(("|", "#", "![", "`")) or "](" in text
    return len(line) > WIDTH and " " in text and not unbroken


@pytest.mark.parametrize("page", pages())
def test_a_page_is_wrapped(page: str) -> None:
    long = [number for number, line in prose_lines(page) if is_too_long(line)]
    assert long == [], f"{page}: wrap these lines at {WIDTH} columns"


@pytest.mark.parametrize("kind", CEILINGS)
def test_pages_name_the_noun(kind: str) -> None:
    text = " ".join(line for page in pages() for _, line in prose_lines(page))
    found = [word.lower() for word in KINDS_OF_WORD[kind].findall(text)]
    counted = [word for word in found if word not in ("who", "whom", "whose")]
    assert 10_000 * len(counted) / len(WORD.findall(text)) <= CEILINGS[kind]


@pytest.mark.parametrize("page", pages())
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    names = re.findall(r"`((?:bot|storage|tools|docs|tests)/[\w/.-]+)`", text)
    assert [name for name in names if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", pages())
def test_every_command_that_a_page_runs_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    modules = set(re.findall(r"python -m ((?:bot|storage|tools|tests)[\w.]*)", text))
    paths = {name: ROOT / name.replace(".", "/") for name in modules}
    missing = [
        name
        for name, path in paths.items()
        if not path.is_dir() and not path.with_suffix(".py").exists()
    ]
    assert missing == []


def test_every_promise_has_a_test_that_exists() -> None:
    security = (ROOT / "SECURITY.md").read_text("utf-8")
    table = security.partition("## Promises")[2].partition("##")[0]
    design = (ROOT / "docs/design.md").read_text("utf-8")
    promises = design.partition("## 2. Promises")[2].partition("\n## ")[0]
    numbers = re.findall(r"^(\d+)\. \*\*", promises, re.MULTILINE)
    rows = re.findall(r"^\| (\d+) \|.*$", table, re.MULTILINE)
    assert rows == numbers
    for row in re.findall(r"^\| \d+ \|.*$", table, re.MULTILINE):
        assert "`tests/" in row
    named = re.findall(r"`(tests/[\w/.]+)`", security)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
