"""A sentence is made when it is read: at import its reader's language is not known."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

BOT = Path(__file__).parents[2] / "bot"
CACHES = {"cache", "lru_cache", "cached_property"}


def test_no_sentence_is_made_at_import_or_kept_in_a_cache() -> None:
    found = []
    for path in sorted(BOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for call in (*calls_at_import(tree), *cached_calls(tree)):
            found.append(f"{path.relative_to(BOT.parent)}:{call.lineno}")
    assert found == []


def test_calls_at_import_and_in_caches_are_found() -> None:
    tree = ast.parse(
        "A = text('a')\n"
        "def f(x=text('b')): return text('late')\n"
        "class C:\n"
        "    d = {'k': text('c')}\n"
        "later = lambda: text('late')\n"
        "@cache\n"
        "def g(): return text('d')\n"
    )
    at_import = [call.lineno for call in calls_at_import(tree)]
    assert (at_import, [call.lineno for call in cached_calls(tree)]) == ([1, 2, 4], [7])


def calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of `text` that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, child.args):
                yield from calls_at_import(part)
        elif isinstance(child, ast.Lambda):
            yield from calls_at_import(child.args)
        else:
            if is_sentence(child):
                yield child
            yield from calls_at_import(child)


def cached_calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of `text` in functions whose results are kept."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and is_cached(function):
            for child in ast.walk(function):
                if is_sentence(child):
                    yield child


def is_cached(function: ast.FunctionDef) -> bool:
    names = {ast.unparse(each).partition("(")[0] for each in function.decorator_list}
    return not CACHES.isdisjoint(name.rpartition(".")[2] for name in names)


def is_sentence(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "text"
