"""Print how the code reads in numbers: `python -m tools.measure_style [FOLDER ...]`.

The definitions are those of docs/decisions/0002-readable-code.md, so that two commits
can be compared. The sandbox and the migrations are left out unless a folder names them.
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LAYOUT = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.COMMENT,
    tokenize.ENDMARKER,
}
PRONOUNS = re.compile(
    r"\b(?:some|no|any|every)body\b|\bwho(?:ever|m|se)?\b", re.IGNORECASE
)
CLAUSES = re.compile(
    r"\bwhat (?:is|was|are|were|they|it|nobody|somebody|the|a)\b", re.IGNORECASE
)
SAYING = re.compile(r"\b(?:say|says|said|tell|tells|told)\b", re.IGNORECASE)
RETURNS = re.compile(r"\breturns?\b", re.IGNORECASE)
WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)


@dataclass
class Counts:
    """Sums over all files that were read."""

    files: int = 0
    code_lines: int = 0
    tokens: int = 0
    conditionals: int = 0
    nested_conditionals: int = 0
    chains: int = 0
    comprehensions: int = 0
    comments: int = 0
    prose: list[str] = field(default_factory=list)
    file_lines: list[int] = field(default_factory=list)
    function_lines: list[int] = field(default_factory=list)
    function_names: list[str] = field(default_factory=list)


def python_files(folders: list[Path]) -> Iterator[Path]:
    """Yield the Python files of the product in these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            inner = path.relative_to(folder).parts
            if "sandbox" not in inner[:2] and "migrations" not in inner:
                yield path


def measure(files: Iterator[Path]) -> Counts:
    """Return the sums over `files`."""
    counts = Counts()
    for path in files:
        _add(counts, path.read_text("utf-8"))
    return counts


def _add(counts: Counts, source: str) -> None:
    tree = ast.parse(source)
    docstrings = _docstring_lines(tree)
    counts.files += 1
    counts.file_lines.append(source.count("\n"))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            counts.comments += 1
            counts.prose.append(token.string.lstrip("#"))
        if token.type in LAYOUT or token.start[0] in docstrings:
            continue
        counts.tokens += 1
        lines.update(range(token.start[0], token.end[0] + 1))
    counts.code_lines += len(lines)
    for node in ast.walk(tree):
        _add_node(counts, node)


def _add_node(counts: Counts, node: ast.AST) -> None:
    if isinstance(node, DEFINITIONS):
        counts.prose.append(ast.get_docstring(node) or "")
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        counts.function_lines.append((node.end_lineno or node.lineno) - node.lineno + 1)
        counts.function_names.append(node.name)
    if isinstance(node, ast.IfExp):
        counts.conditionals += 1
        inner = (child for child in ast.walk(node) if child is not node)
        counts.nested_conditionals += any(
            isinstance(child, ast.IfExp) for child in inner
        )
    counts.chains += isinstance(node, ast.BoolOp)
    counts.comprehensions += isinstance(
        node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    )


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines.update(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return lines


def prose_rates(prose: list[str]) -> dict[str, float]:
    """Return uses per 10,000 words of comments and docstrings, by kind of word."""
    text = " ".join(prose)
    words = max(1, len(WORD.findall(text)))
    kinds = {
        "pronouns": PRONOUNS,
        "clauses": CLAUSES,
        "saying": SAYING,
        "returns": RETURNS,
    }
    return {
        name: 10_000 * len(kind.findall(text)) / words for name, kind in kinds.items()
    }


def rates(counts: Counts) -> dict[str, float]:
    """Return the figures that docs/decisions compares, in the order of its table."""
    per_thousand = 1_000 / counts.code_lines
    functions = sorted(counts.function_lines)
    return {
        "files": counts.files,
        "code lines": counts.code_lines,
        "file lines, median": statistics.median(counts.file_lines),
        "file lines, longest": max(counts.file_lines),
        "function lines, median": statistics.median(functions),
        "function lines, p90": functions[int(0.9 * len(functions))],
        "function lines, longest": functions[-1],
        "tokens a code line": counts.tokens / counts.code_lines,
        "conditional expressions / 1,000 lines": counts.conditionals * per_thousand,
        "nested conditional expressions": counts.nested_conditionals,
        "and/or chains / 1,000 lines": counts.chains * per_thousand,
        "comprehensions / 1,000 lines": counts.comprehensions * per_thousand,
        "comments / 100 lines": 100 * counts.comments / counts.code_lines,
        "words of prose": len(WORD.findall(" ".join(counts.prose))),
        **{
            f"{name} / 10,000 words": rate
            for name, rate in prose_rates(counts.prose).items()
        },
    }


def folder_sizes(folders: list[Path]) -> list[int]:
    """Return the number of Python files in each folder that holds any."""
    sizes = (
        len(list(folder.glob("*.py"))) for top in folders for folder in _folders(top)
    )
    return [size for size in sizes if size]


def _folders(top: Path) -> Iterator[Path]:
    yield top
    yield from (path for path in top.rglob("*") if path.is_dir())


def main() -> None:
    """Print one figure a line."""
    folders = [Path(name) for name in sys.argv[1:]] or [ROOT / "bot", ROOT / "storage"]
    sizes = folder_sizes(folders)
    figures = rates(measure(python_files(folders)))
    figures["files a folder, median"] = statistics.median(sizes)
    figures["files a folder, most"] = max(sizes)
    for name, figure in figures.items():
        print(f"{name:40} {figure:10.1f}")


if __name__ == "__main__":
    main()
