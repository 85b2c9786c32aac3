"""Every test asserts something, itself or by a helper."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
# Calls that raise by themselves when something does not come or does not hold.
RAISING = {
    *("raises", "warns", "fail", "expect", "validate", "raise_for_status"),
    *("wait", "wait_for", "wait_for_selector", "wait_for_function", "wait_for_url"),
    "parent_when",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def functions() -> tuple[Function, ...]:
    """Return all functions and methods of the tests."""
    return tuple(
        node
        for path in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, Function)
    )


def raises_itself(function: Function) -> bool:
    return any(isinstance(node, ast.Assert | ast.Raise) for node in ast.walk(function))


def helpers_called(function: Function) -> Iterator[str]:
    """Yield the functions called by their bare name, and the calls that raise."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node.func, ast.Attribute) and node.func.attr in RAISING:
            yield node.func.attr


@cache
def asserting() -> frozenset[str]:
    """Return the names of functions that assert, directly or through others."""
    known = RAISING | {each.name for each in functions() if raises_itself(each)}
    while True:
        more = {each.name for each in functions() if known & set(helpers_called(each))}
        if more <= known:
            return frozenset(known)
        known |= more


def test_every_test_asserts_something() -> None:
    tests = [each for each in functions() if each.name.startswith("test_")]
    assert len(tests) > 1000
    silent = [
        each.name
        for each in tests
        if not raises_itself(each) and not asserting() & set(helpers_called(each))
    ]
    assert silent == []
