"""Comments, docstrings and lines stay as readable as docs/decisions/0002 asks.

The functions that count are those of tools/measure_style.py. The ceilings hold over
all Python of bot, storage and tools, the sandbox included.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tools.measure_style import Counts, complexity, measure, rates

ROOT = Path(__file__).parents[1]
FOLDERS = ("bot", "storage", "tools")
# Measured figure -> highest value allowed; docs/decisions/0002 explains the choice.
CEILINGS = {
    "pronouns / 10,000 words": 20.0,
    "clauses / 10,000 words": 15.0,
    "saying / 10,000 words": 10.0,
    "tokens a code line": 7.0,
    "conditional expressions / 1,000 lines": 8.0,
    "nested conditional expressions": 0.0,
    "and/or chains / 1,000 lines": 15.0,
    "complex functions without a sentence": 0.0,
}
RETURNS_AT_LEAST = 30.0
COMPLEX = 10


def python_files() -> list[Path]:
    return [path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.py"))]


@cache
def counts() -> Counts:
    return measure(python_files())


@cache
def figures() -> dict[str, float]:
    found = rates(counts())
    found["complex functions without a sentence"] = len(unexplained())
    return found


def unexplained() -> list[str]:
    """Return the functions over complexity 10 without a docstring or comment first."""
    found = []
    for path in python_files():
        source = path.read_text("utf-8")
        lines = source.split("\n")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if complexity(node) <= COMPLEX or ast.get_docstring(node):
                continue
            # Lines count from 1, so this is the line above the first statement.
            above = lines[node.body[0].lineno - 2]
            if not above.lstrip().startswith("#"):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    return found


@pytest.mark.parametrize("figure", CEILINGS)
def test_prose_and_lines_stay_below_their_ceilings(figure: str) -> None:
    found = figures()[figure]
    assert found <= CEILINGS[figure], (
        f"{figure}: {found:.1f}. Name the noun, and one idea a line (docs/developers.md)."
        + ("\n".join(["", *unexplained()]) if "complex" in figure else "")
    )


def test_docstrings_return() -> None:
    assert figures()["returns / 10,000 words"] >= RETURNS_AT_LEAST
