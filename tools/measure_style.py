"""Print how the code reads in numbers: `python -m tools.measure_style [FOLDER ...]`.

The definitions are those of docs/decisions/0002-readable-code.md, so that two commits
can be compared. `--fill` writes the figures into the last column of its table instead.
The sandbox and the migrations are left out unless a folder names them.
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.verbs import VERBS

ROOT = Path(__file__).parents[1]
DECISION = ROOT / "docs" / "decisions" / "0002-readable-code.md"
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
KINDS_OF_WORD = {
    "pronouns": PRONOUNS,
    "clauses": CLAUSES,
    "saying": SAYING,
    "returns": RETURNS,
}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.match_case,
    ast.comprehension,
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


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
    docstring_lines: int = 0
    documented: int = 0
    verbs: int = 0
    prose: list[str] = field(default_factory=list)
    file_lines: list[int] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)

    @property
    def public(self) -> list[Function]:
        """Public functions and methods, without properties."""
        return [each for each in self.functions if is_public(each)]


def python_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the Python files of the product in these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            inner = path.relative_to(folder).parts
            if "sandbox" not in inner[:2] and "migrations" not in inner:
                yield path


def measure(files: Iterable[Path]) -> Counts:
    """Return the sums over `files`."""
    counts = Counts()
    for path in files:
        _add(counts, path.read_text("utf-8"))
    return counts


def complexity(function: ast.AST) -> int:
    """Return the cyclomatic complexity: 1, and 1 for each branch and each and/or."""
    total = 1
    for node in ast.walk(function):
        total += isinstance(node, BRANCHES)
        if isinstance(node, ast.comprehension):
            total += len(node.ifs)
        if isinstance(node, ast.BoolOp):
            total += len(node.values) - 1
    return total


def is_public(function: Function) -> bool:
    """Return whether the name is public and the function is no property."""
    decorators = [ast.unparse(each) for each in function.decorator_list]
    is_property = any("property" in decorator for decorator in decorators)
    return not function.name.startswith("_") and not is_property


def _add(counts: Counts, source: str) -> None:
    tree = ast.parse(source)
    docstrings = _docstring_lines(tree)
    counts.files += 1
    counts.file_lines.append(source.count("\n"))
    counts.docstring_lines += len(docstrings)
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
        _add_function(counts, node)
    if isinstance(node, ast.IfExp):
        counts.conditionals += 1
        inner = (child for child in ast.walk(node) if child is not node)
        counts.nested_conditionals += any(
            isinstance(child, ast.IfExp) for child in inner
        )
    counts.chains += isinstance(node, ast.BoolOp)
    counts.comprehensions += isinstance(node, COMPREHENSIONS)


def _add_function(counts: Counts, function: Function) -> None:
    counts.functions.append(function)
    if is_public(function):
        counts.documented += ast.get_docstring(function) is not None
        counts.verbs += function.name.split("_")[0] in VERBS


def _docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            lines.update(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return lines


def prose_rates(prose: Sequence[str]) -> dict[str, float]:
    """Return uses per 10,000 words of comments and docstrings, by kind of word."""
    text = " ".join(prose)
    words = max(1, len(WORD.findall(text)))
    rates_by_kind = {}
    for name, kind in KINDS_OF_WORD.items():
        rates_by_kind[name] = 10_000 * len(kind.findall(text)) / words
    return rates_by_kind


def rates(counts: Counts) -> dict[str, float]:
    """Return the figures of the decision's table, in its order."""
    per_thousand = 1_000 / counts.code_lines
    per_public = 100 / max(1, len(counts.public))
    lengths = sorted(_length(each) for each in counts.functions)
    complexities = sorted(complexity(each) for each in counts.functions)
    figures = {
        "files": counts.files,
        "code lines": counts.code_lines,
        "file lines, median": statistics.median(counts.file_lines),
        "file lines, longest": max(counts.file_lines),
        "function lines, median": statistics.median(lengths),
        "function lines, p90": lengths[int(0.9 * len(lengths))],
        "function lines, longest": lengths[-1],
        "complexity, p95": complexities[int(0.95 * len(complexities))],
        "complexity, highest": complexities[-1],
        "tokens a code line": counts.tokens / counts.code_lines,
        "conditional expressions / 1,000 lines": counts.conditionals * per_thousand,
        "nested conditional expressions": counts.nested_conditionals,
        "and/or chains / 1,000 lines": counts.chains * per_thousand,
        "comprehensions / 1,000 lines": counts.comprehensions * per_thousand,
        "comments / 100 lines": 100 * counts.comments / counts.code_lines,
        "docstring lines / 100 lines": 100 * counts.docstring_lines / counts.code_lines,
        "public functions with a docstring, %": counts.documented * per_public,
        "public functions that begin with a verb, %": counts.verbs * per_public,
        "words of prose": len(WORD.findall(" ".join(counts.prose))),
    }
    for name, rate in prose_rates(counts.prose).items():
        figures[f"{name} / 10,000 words"] = rate
    return figures


def folder_sizes(files: Iterable[Path]) -> list[int]:
    """Return the number of modules, `__init__.py` apart, in each folder of `files`."""
    modules = [path for path in files if path.name != "__init__.py"]
    return list(Counter(path.parent for path in modules).values())


def all_figures(folders: Sequence[Path]) -> dict[str, float]:
    """Return every figure of these folders by name."""
    files = list(python_files(folders))
    sizes = folder_sizes(files)
    figures = rates(measure(files))
    figures["files a folder, median"] = statistics.median(sizes)
    figures["files a folder, most"] = max(sizes)
    return figures


def fill_table(page: str, figures: dict[str, float]) -> str:
    """Return `page` with the last cell of each row that names a figure replaced."""
    lines = page.split("\n")
    for number, line in enumerate(lines):
        cells = line.split(" | ")
        name = cells[0].removeprefix("| ")
        if name in figures:
            lines[number] = " | ".join([*cells[:-1], f"{_shown(figures[name])} |"])
    return "\n".join(lines)


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _shown(figure: float) -> str:
    if figure == int(figure):
        return f"{int(figure):,}"
    return f"{figure:.1f}"


def main() -> None:
    """Print one figure a line, or fill the decision's table."""
    names = [argument for argument in sys.argv[1:] if argument != "--fill"]
    folders = [Path(name) for name in names] or [ROOT / "bot", ROOT / "storage"]
    figures = all_figures(folders)
    if "--fill" in sys.argv:
        DECISION.write_text(fill_table(DECISION.read_text("utf-8"), figures), "utf-8")
        return
    for name, figure in figures.items():
        print(f"{name:42} {_shown(figure):>10}")


if __name__ == "__main__":
    main()
