"""Build `models/gazetteer.txt`: names of people and places.

They come out of Faker (MIT), Babel (BSD; its CLDR data under the Unicode licence) and
the time-zone database (public domain).
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.redaction.words.text import normal

_LATIN = re.compile(r"^[a-zà-ɏ'\-. ]+$")
_PLACES = (
    "cities city_names states countries provinces counties regions departments cantons districts"
    " municipalities towns villages prefectures state_names"
).split()
_LANGUAGES = ("en", "de", "pl", "sw")


def write(file: Path) -> None:
    """Write one line for each set of flags: "CF: word word ..."."""
    flags: dict[str, set[str]] = defaultdict(set)
    for flag, name in _names():
        for word in _words(name, flag):
            flags[word].add(flag)
    lines = defaultdict(list)
    for word, of in sorted(flags.items()):
        lines["".join(sorted(of))].append(word)
    head = "# F first names, L last names, C places.  Sources and licences: ATTRIBUTION.md\n"
    body = "".join(f"{of}: {' '.join(words)}\n" for of, words in sorted(lines.items()))
    file.write_text(head + body, encoding="utf-8")


def _words(name: str, flag: str) -> Iterator[str]:
    form = normal(name)
    if not _LATIN.match(form):
        return
    for part in form.replace("-", " ").split():
        word = part.strip(".'")
        if len(word) >= 3 or (flag == "L" and len(word) == 2):
            yield word


def _names() -> Iterator[tuple[str, str]]:
    """Yield (flag, name): first and last names, then places, territories and zones."""
    for provider in _providers(importlib.import_module("faker.providers.person")):
        for attribute in dir(provider):
            if attribute.startswith(("first_names", "last_names")):
                flag = "L"
                if attribute.startswith("first"):
                    flag = "F"
                yield from (
                    (flag, name) for name in strings(getattr(provider, attribute))
                )
    for provider in _providers(importlib.import_module("faker.providers.address")):
        for attribute in _PLACES:
            yield from (
                ("C", name) for name in strings(getattr(provider, attribute, ()))
            )
    yield from (("C", name) for name in _territories())
    for zone in sorted(zoneinfo.available_timezones()):
        if "/" in zone:
            yield "C", zone.rsplit("/", 1)[-1].replace("_", " ")


def _providers(package: ModuleType) -> Iterator[Any]:
    for module in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{module.name}").Provider


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for item in value:
            yield from strings(item)


def _territories() -> Iterator[str]:
    locale_class = importlib.import_module("babel").Locale
    for language in _LANGUAGES:
        locale = locale_class(language)
        yield from (
            name for code, name in locale.territories.items() if not code.isdigit()
        )
        yield from (
            zone["city"] for zone in locale.time_zones.values() if "city" in zone
        )
