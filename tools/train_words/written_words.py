"""Build `lists/en/written.txt`: words in lower case in the prose of Python sources.

The sources are those installed: the standard library and the packages beside this one.
Keep to permissive ones.
"""

from __future__ import annotations

import re
import sysconfig
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from pathlib import Path

_LONGEST_FILE_BYTES = 3_000_000
_TEXTS = {".py", ".pyi", ".md", ".rst", ".txt"}
_OTHER_LANGUAGES = {"faker", "babel", "locale", "tests", "test"}
_CODE = re.compile(r"[=\[\]{}_<>|\\/;@$]|\(\)|::|^from |^import ")
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
_FEWEST_WORDS = 5
_HEAD = """\
# English: words in lower case in the sources of Python (PSF) and of Python packages under BSD, MIT
# or Apache-2.0 terms, less the names of the gazetteer.
"""


def write(file: Path, names: Container[str]) -> None:
    """Write the words that two packages or more have mostly in lower case.

    The words of all packages are counted first, then chosen. Names are left out.
    """
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    packages: dict[str, set[str]] = defaultdict(set)
    for package, line in _prose():
        words = [word.strip("'") for word in _WORD.findall(line)]
        lower.update(word for word in words if word.islower())
        capital.update(word.lower() for word in words[1:] if word.istitle())
        for word in words:
            packages[word].add(package)
    kept = sorted(
        word
        for word, times in lower.items()
        if len(packages[word]) >= 2 and capital[word] <= times and word not in names
    )
    file.write_text(_HEAD + "\n".join(_lines(kept)) + "\n", encoding="utf-8")


def _prose() -> Iterator[tuple[str, str]]:
    """Yield (package, line) for each line that reads like a sentence.

    It may be a comment, a docstring or a text.
    """
    for name in ("stdlib", "purelib"):
        root = Path(sysconfig.get_path(name))
        for path in sorted(root.rglob("*")):
            place = path.relative_to(root).parts
            if path.suffix not in _TEXTS or not _OTHER_LANGUAGES.isdisjoint(place):
                continue
            if not path.is_file() or path.stat().st_size > _LONGEST_FILE_BYTES:
                continue
            for line in path.read_text("utf-8", errors="ignore").splitlines():
                text = line.strip().lstrip("#").strip()
                if not _CODE.search(text) and len(_WORD.findall(text)) >= _FEWEST_WORDS:
                    yield place[0], text


def _lines(words: list[str], width: int = 110) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) >= width:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    yield line
