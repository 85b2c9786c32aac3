"""Names of people and places of a language: Faker (MIT) and Babel's CLDR data."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from bot.redaction.words.text import normal
from tools.train_words.gazetteer import strings

LOCALES = {
    "ar": ("ar_AA", "ar_PS", "ar_SA", "ar_DZ"),
    "da": ("da_DK", "no_NO"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL", "es_CA"),
    "fr": ("fr_FR", "fr_CA", "fr_QC", "fr_CH", "fr_BE", "fr_DZ"),
    "hi": ("hi_IN",),
    "id": ("id_ID",),
    "it": ("it_IT",),
    "ja": ("ja_JP",),
    "nl": ("nl_NL", "nl_BE"),
    "pl": ("pl_PL",),
    "pt": ("pt_BR", "pt_PT"),
    "sv": ("sv_SE", "fi_FI"),
    "tr": ("tr_TR",),
    "zh": ("zh_CN", "zh_TW"),
}
"""Faker's locales for each language."""

_PLACES = (
    "cities city_names states countries provinces counties regions departments "
    "cantons districts municipalities towns villages prefectures state_names"
).split()
_SHORTEST = 2
_LONGEST_PLACE = 4


def names_of(language: str) -> frozenset[str]:
    """Return single words that name a person or a place, in normal form."""
    found = set()
    for name in (*_people(language), *_english_people()):
        found.update(name.replace("-", " ").split())
    for name in _places(language):
        if " " not in name:
            found.add(name)
    forms = {normal(name) for name in found}
    return frozenset(form for form in forms if len(form) >= _SHORTEST)


def long_places_of(language: str) -> frozenset[str]:
    """Return places of several words, in normal form, joined by "_"."""
    found = set()
    for name in _cldr_places(language):
        words = [normal(word) for word in name.replace("-", " ").split()]
        if 1 < len(words) <= _LONGEST_PLACE and all(map(str.isalpha, words)):
            found.add("_".join(words))
    return frozenset(found)


def _people(language: str) -> Iterator[str]:
    for locale in LOCALES[language]:
        yield from _attributes("person", locale, ("first_names", "last_names"))


def _english_people() -> Iterator[str]:
    yield from _attributes("person", "en_US", ("first_names",))


def _places(language: str) -> Iterator[str]:
    for locale in LOCALES[language]:
        yield from _attributes("address", locale, tuple(_PLACES))
    yield from _cldr_places(language)


def _cldr_places(language: str) -> Iterator[str]:
    """Yield countries and the cities of time zones, as the language writes them."""
    cldr = importlib.import_module("babel").Locale(language)
    for code, name in cldr.territories.items():
        if not code.isdigit():
            yield name
    for zone in cldr.time_zones.values():
        if "city" in zone:
            yield zone["city"]


def _attributes(
    kind: str,
    locale: str,
    starts: tuple[str, ...],
) -> Iterator[str]:
    try:
        module = importlib.import_module(f"faker.providers.{kind}.{locale}")
    except ModuleNotFoundError:
        return
    for attribute in dir(module.Provider):
        if attribute.startswith(starts):
            yield from strings(getattr(module.Provider, attribute))
