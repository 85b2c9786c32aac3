"""Code and catalogue agree: every key exists, is used, and gets the values it names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import nodes

from bot.text.catalogue import Entry, catalogue, text
from tests.text.page_sources import script_keys, template_calls

BOT = Path(__file__).parents[2] / "bot"


def uses_in_code() -> Iterator[tuple[str, ast.Call, str]]:
    """Yield each call of `text` with a literal or partly literal key, and its place."""
    for path in sorted(BOT.rglob("*.py")):
        if "sandbox" in path.relative_to(BOT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"text", "rich_text"}
                and node.args
            ):
                yield str(path), node, ast.unparse(node.args[0])


def literal_uses() -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield place, key, and the names of the values (None where they are unpacked)."""
    for place, call, _ in uses_in_code():
        key = call.args[0]
        if isinstance(key, ast.Constant):
            names = {keyword.arg for keyword in call.keywords}
            yield place, key.value, None if None in names else names  # type: ignore[misc]
    for place, argument, values in template_calls():
        if isinstance(argument, nodes.Const):
            yield place, argument.value, values


def keys_in_strings() -> set[str]:
    """Return the keys that stand in code as strings of their own, for helpers."""
    found = set()
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    # `refuse(RULE)` takes the sentence `refusals.RULE`.
    found |= {f"refusals.{name}" for name in found}
    return found & set(catalogue())


def prefixes_of_computed_keys() -> set[str]:
    """Return what stands before the first placeholder of each computed key."""
    found = set()
    for _, call, _ in uses_in_code():
        key = call.args[0]
        if isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
            found.add(str(key.values[0].value))
    for _, argument, _ in template_calls():
        if isinstance(argument, nodes.Concat):
            first = argument.nodes[0]
            assert isinstance(first, nodes.Const)
            found.add(first.value)
    return found


def placeholders(entry: Entry) -> set[str]:
    forms = [entry] if isinstance(entry, str) else list(entry.values())
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_every_key_that_code_names_is_in_the_catalogue_and_gets_its_values() -> None:
    for place, key, names in literal_uses():
        assert key in catalogue(), f"{place}: no sentence has the key {key}"
        if names is not None:
            entry = catalogue()[key]
            wanted = placeholders(entry)
            needed = wanted if isinstance(entry, str) else wanted | {"count"}
            assert wanted <= names <= needed, f"{place}: {key} takes {sorted(needed)}"


def test_every_refusal_has_a_sentence() -> None:
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_refusal = (
                isinstance(node, ast.Call) and ast.unparse(node.func) == "refuse"
            )
            if not is_refusal:
                continue
            *rule, key = node.args[:2]
            if isinstance(key, ast.Constant):
                name = key.value if rule else f"refusals.{key.value}"
                assert name in catalogue(), f"{path}: no sentence has the key {name}"


def test_every_sentence_of_the_catalogue_is_used() -> None:
    used = {key for _, key, _ in literal_uses()} | keys_in_strings()
    used |= {f"pages.script.{key}" for _, key in script_keys()}
    prefixes = prefixes_of_computed_keys()
    for key in catalogue():
        computed = any(key.startswith(prefix) for prefix in prefixes)
        assert key in used or computed, f"nothing uses {key}"


def test_no_sentence_holds_markup_or_odd_space() -> None:
    for key, entry in catalogue().items():
        for form in [entry] if isinstance(entry, str) else entry.values():
            assert not re.search(r"<[a-z/]", form), f"{key} holds markup"
            assert form == form.strip(), f"{key} begins or ends with a space"
            assert "  " not in form, f"{key} has two spaces in a row"


def test_an_unknown_key_and_a_missing_value_are_errors() -> None:
    with pytest.raises(KeyError):
        text("common.no_such_key")
