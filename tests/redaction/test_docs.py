"""docs/redaction.md lists the steps of the pipeline, in the pipeline's order."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.redaction import pipeline

ROOT = Path(__file__).parents[2]
# Random numbers for a step are no step of their own.
NO_STEPS = {"generator"}


def documented_steps() -> list[str]:
    page = (ROOT / "docs" / "redaction.md").read_text("utf-8")
    steps = page.split("\n1. ", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"\(`([\w.]+)`\)", steps)


def called_steps() -> list[str]:
    """Return the calls of `make_snippet` into other modules of bot.redaction."""
    tree = ast.parse(Path(pipeline.__file__).read_text("utf-8"))
    functions = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)
    }
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and "bot.redaction" in (node.module or "")
        for alias in node.names
        if not alias.name[0].isupper()
    }
    calls = calls_of(functions["make_snippet"], functions)
    steps = [call for call in calls if call.split(".")[0] in imported - NO_STEPS]
    return list(dict.fromkeys(steps))


def calls_of(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    """Yield names of called functions in order of execution, helpers unfolded."""
    for child in ast.iter_child_nodes(node):
        yield from calls_of(child, functions)
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name in functions:
            yield from calls_of(functions[name], functions)
        else:
            yield name


def test_the_documented_steps_are_those_of_the_pipeline_in_order() -> None:
    assert documented_steps() == called_steps()
