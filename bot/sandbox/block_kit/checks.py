"""Small checks and ways to combine them. A check takes a value and its json-pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], list[str]]
"""Problems of a value found at a json-pointer, in Slack's wording; empty if fine."""

_HTTP = re.compile(r"^https?://\S+$")


def problem(text: str, pointer: str) -> list[str]:
    """Return one problem at `pointer`, as the list that a check returns."""
    return [f"{text} [json-pointer:{pointer}]"]


def unknown_field(name: str, pointer: str) -> list[str]:
    """Return the problem of a field that Slack does not know."""
    return problem(f"invalid additional property: {name}", pointer)


def string(longest: int, shortest: int = 1) -> Check:
    """Return a check for text of `shortest` to `longest` characters, both included."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, str):
            return problem("must be a string", pointer)
        if len(value) < shortest:
            return problem(f"must be more than {shortest - 1} characters", pointer)
        if len(value) > longest:
            return problem(f"must be less than {longest + 1} characters", pointer)
        return []

    return check


def matching(pattern: str, kind: str) -> Check:
    """Return a check for text that matches `pattern` as a whole."""
    compiled = re.compile(pattern)

    def check(value: Any, pointer: str) -> list[str]:
        if isinstance(value, str) and compiled.fullmatch(value):
            return []
        return problem(f"must be a valid {kind}", pointer)

    return check


def url(longest: int = 3000) -> Check:
    """Return a check for an http or https address."""
    check_length = string(longest)

    def check(value: Any, pointer: str) -> list[str]:
        found = check_length(value, pointer)
        if found:
            return found
        if _HTTP.match(value):
            return []
        return problem("must be a valid URL", pointer)

    return check


def flag(value: Any, pointer: str) -> list[str]:
    """Check that a value is true or false."""
    if isinstance(value, bool):
        return []
    return problem("must be a boolean", pointer)


def integer(lowest: int, highest: int) -> Check:
    """Return a check for a whole number of `lowest` to `highest`, both included."""

    def check(value: Any, pointer: str) -> list[str]:
        # To Python, True and False are whole numbers too.
        if isinstance(value, bool) or not isinstance(value, int):
            return problem("must be an integer", pointer)
        if not lowest <= value <= highest:
            return problem(f"must be between {lowest} and {highest}", pointer)
        return []

    return check


def one_of(*values: Any) -> Check:
    """Return a check for one of these values."""
    listed = ", ".join(str(value) for value in values)

    def check(value: Any, pointer: str) -> list[str]:
        if value in values:
            return []
        return problem(f"must be one of: {listed}", pointer)

    return check


def listing(
    item: Check,
    lowest: int,
    highest: int,
) -> Check:
    """Return a check for a list of `lowest` to `highest` items that satisfy `item`."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, list):
            return problem("must be an array", pointer)
        if len(value) < lowest:
            return problem(f"must have at least {lowest} items", pointer)
        if len(value) > highest:
            return problem(f"no more than {highest} items allowed", pointer)
        found: list[str] = []
        for position, inner in enumerate(value):
            found += item(inner, f"{pointer}/{position}")
        return found

    return check


def anything(value: Any, pointer: str) -> list[str]:
    """Accept any value."""
    del value, pointer
    return []


def record(
    required: Mapping[str, Check],
    optional: Mapping[str, Check] | None = None,
) -> Check:
    """Return a check for an object with exactly these fields."""
    allowed = dict(required)
    if optional is not None:
        allowed |= optional

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must be an object", pointer)
        found: list[str] = []
        for name in required:
            if name not in value:
                found += problem(f"missing required field: {name}", pointer)
        for name in value:
            if name not in allowed:
                found += unknown_field(name, pointer)
        for name, inner in value.items():
            if name in allowed:
                found += allowed[name](inner, f"{pointer}/{name}")
        return found

    return check


def typed(table: Mapping[str, Check]) -> Check:
    """Return a check for an object whose `type` picks its check from `table`."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must be an object", pointer)
        if "type" not in value:
            return problem("missing required field: type", pointer)
        kind = value["type"]
        # A list or an object is no key of the table.
        if not isinstance(kind, str) or kind not in table:
            return problem(f"unsupported type: {kind}", f"{pointer}/type")
        return table[kind](value, pointer)

    return check


def also(first: Check, *others: Check) -> Check:
    """Return a check for all of these; the later ones see values the first accepts."""

    def check(value: Any, pointer: str) -> list[str]:
        found = first(value, pointer)
        if found:
            return found
        for other in others:
            found += other(value, pointer)
        return found

    return check
