"""Recognise harmless words of a language, and forms that rules make of them."""

from __future__ import annotations

from collections.abc import Container

from bot.redaction.words.listed import arabic, indonesian, turkish
from bot.redaction.words.listed.tables import Table
from bot.redaction.words.word_lists import keyed_words

_ELISIONS = {
    "fr": frozenset("l d j m t s n c qu jusqu lorsqu puisqu quelqu".split()),
    "it": frozenset(
        "l un d dell all dall nell sull c dov com quest quell quant qual m t s v n "
        "tutt mezz bell buon sant".split()
    ),
}
"""Per language: words that lose their vowel before another word."""

_LINKS = {
    "nl": ("", "s", "e", "en"),
    "da": ("", "s", "e"),
    "sv": ("", "s"),
}
"""Per language that writes compounds in one word: the sounds between its parts."""

_FORMS = {
    "ar": arabic.is_form_of,
    "id": indonesian.is_form_of,
    "tr": turkish.is_form_of,
}
"""Languages whose words take too many endings to be listed."""

_SHORTEST_PART = 3


def is_known(form: str, table: Table) -> bool:
    """Return whether the word may be shown where nothing around it is personal."""
    if form in table.harmless:
        return True
    if form in table.named:
        return False
    if form in table.places:
        return False
    if is_form(form, table.places | table.named, table.language):
        return False
    if is_form(form, table.harmless, table.language):
        return True
    if "'" in form or "-" in form:
        return _are_parts_known(form, table)
    return _is_compound(form, table)


def is_form(
    form: str,
    known: Container[str],
    language: str,
) -> bool:
    """Return whether rules of the language make the word of a known one."""
    is_form_of = _FORMS.get(language)
    if is_form_of is None:
        return False
    return is_form_of(form, known)


def _are_parts_known(form: str, table: Table) -> bool:
    """Return whether every part of "l'alarme" or "week-end" is known."""
    shortened = _ELISIONS.get(table.language, frozenset())
    *before, last = form.replace("-", "'").split("'")
    for part in before:
        if part not in shortened and part not in table.harmless:
            return False
    return last in table.harmless


def _is_compound(form: str, table: Table) -> bool:
    """Return whether the word is a known word before one of the written heads."""
    links = _LINKS.get(table.language)
    if links is None:
        return False
    for head in keyed_words(table.language, "frames").get("heads", ()):
        if form.endswith(head) and _is_linked(form.removesuffix(head), links, table):
            return True
    return False


def _is_linked(
    start: str,
    links: tuple[str, ...],
    table: Table,
) -> bool:
    for link in links:
        part = start.removesuffix(link)
        if len(part) >= _SHORTEST_PART and part in table.harmless:
            return True
    return False
