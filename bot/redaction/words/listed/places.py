"""Mask places: phrases that tell where, names of businesses, and words beside them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.redaction.words.listed.known_words import is_form
from bot.redaction.words.listed.tables import Table
from bot.redaction.words.phrases import end_of_phrase
from bot.redaction.words.reasons import Reason

_SURE = ("", Reason.NUMBER, Reason.SPELLED)
"""Reasons of words that are no part of a name."""


def mark_places(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Write reasons into `why`: phrases that tell where, then the words beside them."""
    told = [False] * len(forms)
    for i in range(len(forms)):
        end = _end_of_place(forms, i, table)
        told[i:end] = [True] * (end - i)
    _mark_all(told, why, Reason.PLACE)
    _mark_all(_bordering(forms, told, table), why, Reason.PLACE)
    _mark_all(_closer(forms, told, table), why, Reason.PLACE)
    _mark_venues(forms, why, table)
    _mark_words_of_names(forms, why, table)


def _end_of_place(
    forms: Sequence[str],
    i: int,
    table: Table,
) -> int:
    """Return the end of the place told at i ("near me"), or i."""
    end = end_of_phrase(forms, i, table.frames["places"])
    if end is not None:
        return end
    if is_form(forms[i], table.places, table.language):
        return i + 1
    return i


def _bordering(
    forms: Sequence[str],
    told: Sequence[bool],
    table: Table,
) -> list[bool]:
    """Return which words are "my" or "the" directly beside a place."""
    small = table.words_of("determiners") | table.words_of("linkers")
    found = [False] * len(forms)
    for i, form in enumerate(forms):
        if form in small and any(told[max(0, i - 1) : i + 2]):
            found[i] = True
    return found


def _closer(
    forms: Sequence[str],
    told: Sequence[bool],
    table: Table,
) -> list[bool]:
    """Return which words tell a place more closely: "far from [here]", "current"."""
    closer = [False] * len(forms)
    for i in range(len(forms)):
        end = end_of_phrase(forms, i, table.frames["beside_places"])
        if end is not None:
            closer[i:end] = [True] * (end - i)
    small = table.words_of("determiners") | table.words_of("prepositions")
    passed = [
        is_closer or form in small
        for form, is_closer in zip(forms, closer, strict=True)
    ]
    found = [False] * len(forms)
    for i, is_place in enumerate(told):
        if is_place:
            for beside in (*_run(i, -1, passed, closer), *_run(i, 1, passed, closer)):
                found[beside] = True
    return found


def _run(
    i: int,
    step: int,
    passed: Sequence[bool],
    closer: Sequence[bool],
) -> range:
    """Return the places from i on, in steps, up to the last word that tells closer."""
    last = i
    at = i + step
    while 0 <= at < len(passed) and passed[at]:
        if closer[at]:
            last = at
        at += step
    return range(i + step, last + step, step)


def _mark_venues(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Mask "cinema" or "hotel" where an unknown word beside it makes it a name."""
    unknown = [reason not in _SURE for reason in why]
    for i, form in enumerate(forms):
        if why[i]:
            continue
        before_a_name = _is_among(form, "venues", table)
        if before_a_name and i + 1 < len(forms) and unknown[i + 1]:
            why[i] = Reason.PART_OF_NAME
        after_a_name = _is_among(form, "venues_after", table)
        if after_a_name and i and unknown[i - 1]:
            why[i] = Reason.PART_OF_NAME


def _is_among(
    form: str,
    key: str,
    table: Table,
) -> bool:
    words = table.words_of(key)
    return form in words or is_form(form, words, table.language)


def _mark_words_of_names(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Mask everyday words beside an unknown word after "in": "in [york] city"."""
    before = table.words_of("prepositions")
    small = table.closed | before
    unknown = []
    for form, reason in zip(forms, why, strict=True):
        unknown.append(reason not in ("", Reason.NUMBER) and form not in before)
    for i in range(1, len(forms)):
        if why[i]:
            continue
        if forms[i] in small:
            continue
        first = forms[i - 1] in before
        if first and i + 1 < len(forms) and unknown[i + 1]:
            why[i] = Reason.PART_OF_PLACE
        start = i - 1
        while start > 0 and unknown[start]:
            start -= 1
        if start < i - 1 and forms[start] in before:
            why[i] = Reason.PART_OF_PLACE


def _mark_all(
    marked: Sequence[bool],
    why: list[str],
    reason: str,
) -> None:
    """Write the reason into the empty places that are marked."""
    for i, is_marked in enumerate(marked):
        if is_marked and not why[i]:
            why[i] = reason
