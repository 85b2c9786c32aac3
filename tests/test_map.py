"""The map of docs/developers.md names the folders there are, and every one of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "developers.md"
TOPS = ("bot", "storage", "tools")


def named() -> set[str]:
    """Return the folders on the map: at the start of a line, or below that folder."""
    drawing = PAGE.read_text("utf-8").split("```")[1]
    folders, above = set(), ""
    for line in drawing.strip().split("\n"):
        start, rest = "", line
        if not line.startswith(" "):
            start, _, rest = line.partition(" ")
            above = start
            folders.add(above.rstrip("/"))
        for name in re.findall(r"(?<![\w/])(\w+)/", rest):
            folders.add(f"{above}{name}")
    return folders


def test_every_folder_on_the_map_exists() -> None:
    assert [name for name in sorted(named()) if not (ROOT / name).is_dir()] == []


def test_every_folder_with_python_is_on_the_map() -> None:
    modules = [path for top in TOPS for path in (ROOT / top).rglob("*.py")]
    folders = {str(path.parent.relative_to(ROOT)) for path in modules}
    assert sorted(folders - named()) == []
