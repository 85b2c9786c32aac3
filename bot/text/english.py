"""Read the English source of all sentences."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

# A sentence without a number, or its forms by CLDR plural category.
Entry = str | Mapping[str, str]
PLURAL_FORMS = frozenset({"one", "other"})
# Subjects that only administrators read, at a terminal: they are not translated.
ENGLISH_ONLY = frozenset({"cli", "desks_file", "sidecar", "tasks"})


@cache
def catalogue() -> Mapping[str, Entry]:
    """Return all English sentences by key."""
    found: dict[str, Entry] = {}
    for file in resources.files("bot.text").joinpath("en").iterdir():
        if file.name.endswith(".toml"):
            subject = file.name.removesuffix(".toml")
            found.update(_entries(subject, tomllib.loads(file.read_text("utf-8"))))
    return found


def is_translated(key: str) -> bool:
    """Return whether translations have a sentence of this key."""
    return key.partition(".")[0] not in ENGLISH_ONLY


def _entries(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, str) or set(value) == PLURAL_FORMS:
            yield key, value
        else:
            yield from _entries(key, value)
