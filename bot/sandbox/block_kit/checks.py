"""Small checks and ways to combine them. A check takes a value and its json-pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], list[str]]
"""Problems of a value found at a json-pointer, in Slack's wording; empty when it is fine."""

_HTTP = re.compile(r"^https?://\S+$")


def problem(text: str, pointer: str) -> list[str]:
    return [f"{text} [json-pointer:{pointer}]"]


def unknown_field(name: str, pointer: str) -> list[str]:
    return problem(f"invalid additional property: {name}", pointer)


def string(longest: int, shortest: int = 1) -> Check:
    """Text of `shortest` to `longest` characters, both included."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, str):
            return problem("must be a string", pointer)
        if len(value) < shortest:
            return problem(f"must be more than {shortest - 1} characters", pointer)
        if len(value) > longest:
            return problem(f"must be less than {longest + 1} characters", pointer)
        return []

    return check


def matching(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, pointer: str) -> list[str]:
        fits = isinstance(value, str) and compiled.fullmatch(value)
        return [] if fits else problem(f"must be a valid {what}", pointer)

    return check


def url(longest: int = 3000) -> Check:
    def check(value: Any, pointer: str) -> list[str]:
        too_long = string(longest)(value, pointer)
        if too_long:
            return too_long
        return [] if _HTTP.match(value) else problem("must be a valid URL", pointer)

    return check


def flag(value: Any, pointer: str) -> list[str]:
    return [] if isinstance(value, bool) else problem("must be a boolean", pointer)


def integer(lowest: int, highest: int) -> Check:
    def check(value: Any, pointer: str) -> list[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            return problem("must be an integer", pointer)
        if not lowest <= value <= highest:
            return problem(f"must be between {lowest} and {highest}", pointer)
        return []

    return check


def one_of(*values: Any) -> Check:
    def check(value: Any, pointer: str) -> list[str]:
        listed = ", ".join(str(v) for v in values)
        return [] if value in values else problem(f"must be one of: {listed}", pointer)

    return check


def listing(item: Check, lowest: int, highest: int) -> Check:
    """A list of `lowest` to `highest` items, each satisfying `item`."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, list):
            return problem("must be an array", pointer)
        if len(value) < lowest:
            return problem(f"must have at least {lowest} items", pointer)
        if len(value) > highest:
            return problem(f"no more than {highest} items allowed", pointer)
        return [p for n, v in enumerate(value) for p in item(v, f"{pointer}/{n}")]

    return check


def anything(value: Any, pointer: str) -> list[str]:
    del value, pointer
    return []


def record(
    required: Mapping[str, Check], optional: Mapping[str, Check] | None = None
) -> Check:
    """An object with exactly these fields; others are refused."""
    allowed = {**required, **(optional or {})}

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must be an object", pointer)
        missing = [f"missing required field: {k}" for k in required if k not in value]
        found = [p for text in missing for p in problem(text, pointer)]
        found += [
            p for k in value if k not in allowed for p in unknown_field(k, pointer)
        ]
        for key, inner in value.items():
            if key in allowed:
                found += allowed[key](inner, f"{pointer}/{key}")
        return found

    return check


def typed(table: Mapping[str, Check]) -> Check:
    """An object whose `type` picks its check from `table`."""

    def check(value: Any, pointer: str) -> list[str]:
        if not isinstance(value, dict):
            return problem("must be an object", pointer)
        kind = value.get("type")
        if "type" not in value:
            return problem("missing required field: type", pointer)
        chosen = table.get(kind) if isinstance(kind, str) else None
        if chosen is None:
            return problem(f"unsupported type: {kind}", f"{pointer}/type")
        return chosen(value, pointer)

    return check


def also(first: Check, *others: Check) -> Check:
    """All of them, but the later ones only see values the first one accepts."""

    def check(value: Any, pointer: str) -> list[str]:
        return first(value, pointer) or [p for c in others for p in c(value, pointer)]

    return check
