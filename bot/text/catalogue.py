"""Read the catalogue and fill in its sentences."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

# A sentence without a number, or its forms by CLDR plural category.
Entry = str | Mapping[str, str]
PLURAL_FORMS = frozenset({"one", "other"})


def text(key: str, /, **values: object) -> str:
    """Return the sentence of `key` with `values` filled in.

    `count` chooses between the forms of a sentence about a number. Raises `KeyError` for
    an unknown key and for a value the sentence needs and does not get.
    """
    return pattern(key, values).format_map(values)


def pattern(key: str, values: Mapping[str, object]) -> str:
    """Return the sentence of `key` with its placeholders still in it.

    `values` decides the form by `count` alone. Raises `KeyError` as `text` does.
    """
    entry = catalogue()[key]
    if isinstance(entry, str):
        return entry
    form = "one" if values["count"] == 1 else "other"
    return entry[form]


def has_text(key: str) -> bool:
    """Return whether the catalogue has a sentence of this key."""
    return key in catalogue()


def keys_below(prefix: str) -> frozenset[str]:
    """Return the last parts of all keys that begin with `prefix.`."""
    start = f"{prefix}."
    return frozenset(
        key.removeprefix(start) for key in catalogue() if key.startswith(start)
    )


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return all sentences by key."""
    found: dict[str, Entry] = {}
    for file in resources.files("bot.text").joinpath("en").iterdir():
        if file.name.endswith(".toml"):
            subject = file.name.removesuffix(".toml")
            found.update(_entries(subject, tomllib.loads(file.read_text("utf-8"))))
    return found


def _entries(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str) or set(value) == PLURAL_FORMS:
            yield key, value
        else:
            yield from _entries(key, value)
