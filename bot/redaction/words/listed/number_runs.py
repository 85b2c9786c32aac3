"""Find number words in a row, and recognise times, dates and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.redaction.words.listed.known_words import is_known
from bot.redaction.words.listed.tables import Table
from bot.redaction.words.text import is_letter, n_digits
from bot.redaction.words.word_lists import spelling_alphabet

_CLOCK = re.compile(
    r"\d{1,2}[:.h時点]\d{2}(h|am|pm|u|uhr|分)?|\d{1,2}(h|am|pm|u|時|点|分|月|日)"
)
_JOINS = {
    "es": "y|i|e",
    "it": "e",
    "nl": "en|ën",
    "da": "og",
    "pt": "e",
}
_MOST_WORDS = 2
_MOST_DIGITS = 2
_FEWEST_LETTERS = 2


def is_number(form: str, table: Table) -> bool:
    """Return whether the form is a figure, a number word or a compound of them."""
    if form[:1].isdigit() or form[-1:].isdigit() or form in table.numbers:
        return table.numbers.get(form) != "part"
    return _is_compound(form, table)


def _is_compound(form: str, table: Table) -> bool:
    """Return whether number words make up the whole word ("ventitré")."""
    reached = {0}
    joins = _JOINS.get(table.language, "").split("|")
    pieces = [*table.numbers, *filter(None, joins)]
    for start in range(len(form)):
        if start in reached:
            ends = [start + len(p) for p in pieces if form.startswith(p, start)]
            reached.update(ends)
    return len(form) > 3 and len(form) in reached


def runs(forms: Sequence[str], table: Table) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of every run of numbers; a lone article is no number."""
    joiners = table.words_of("joiners")
    start = 0
    while start < len(forms):
        end = start
        while end < len(forms) and _continues(
            forms,
            start,
            end,
            joiners,
            table,
        ):
            end += 1
        if end > start and not _is_article(forms[start:end], table):
            yield start, end
        start = max(end, start + 1)


def _continues(
    forms: Sequence[str],
    start: int,
    i: int,
    joiners: frozenset[str],
    table: Table,
) -> bool:
    if is_number(forms[i], table):
        return True
    if i == start:
        return False
    if i + 1 == len(forms):
        return False
    if forms[i] not in joiners:
        return False
    return is_number(forms[i + 1], table) and is_number(forms[i - 1], table)


def _is_article(run: Sequence[str], table: Table) -> bool:
    return all(table.numbers.get(form) == "article" for form in run)


def is_measure(
    forms: Sequence[str],
    start: int,
    end: int,
    table: Table,
) -> bool:
    """Return whether a run is surely a time, a date or an amount.

    Such a run is short, its figures have at most two digits, and a word beside it names
    a measure.
    """
    joiners = table.words_of("joiners")
    numbers = [form for form in forms[start:end] if form not in joiners]
    if len(numbers) > _MOST_WORDS:
        return False
    if _are_digits(numbers, table):
        return False
    clock = [form for form in numbers if _CLOCK.fullmatch(form)]
    if clock:
        return len(clock) == len(numbers)
    if any(n_digits(form) > _MOST_DIGITS for form in numbers):
        return False
    if _has_unit(forms, start, end, table):
        return True
    return end - start == 1 and _counts_things(forms, start, table)


def _counts_things(
    forms: Sequence[str],
    i: int,
    table: Table,
) -> bool:
    """Return whether a lone number stands before a thing to count: "two alarms"."""
    if i + 1 == len(forms) or not _is_thing(forms[i + 1], table):
        return False
    if i == 0:
        return True
    return is_known(forms[i - 1], table) and not _is_address(forms[i - 1], table)


def _is_thing(form: str, table: Table) -> bool:
    if form in table.closed:
        return False
    if _is_address(form, table):
        return False
    return is_known(form, table)


def _is_address(form: str, table: Table) -> bool:
    """Return whether the word may stand in an address or before a number or a name."""
    keys = ("addresses", "secrets", "titles", "titles_after", "names")
    return any(form in phrase for key in keys for phrase in table.frames[key])


def _are_digits(numbers: Sequence[str], table: Table) -> bool:
    """Return whether two single digits follow each other, as in a code read out."""
    digits = [form for form in numbers if _is_digit(form, table)]
    return len(digits) > 1


def _is_digit(form: str, table: Table) -> bool:
    kind = table.numbers.get(form)
    if kind in ("digit", "article"):
        return True
    return form.isdigit() and len(form) == 1


def _has_unit(
    forms: Sequence[str],
    start: int,
    end: int,
    table: Table,
) -> bool:
    units = table.words_of("units") | table.months
    if end < len(forms) and forms[end] in units:
        return True
    if start == 0:
        return False
    return forms[start - 1] in table.words_of("clock") | table.months


def spelled_runs(forms: Sequence[str], table: Table) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of letters read out, with or without numbers."""
    words = table.words_of("letters")
    start = 0
    for i in range(len(forms) + 1):
        if i < len(forms) and _spells(forms[i], table):
            continue
        run = forms[start:i]
        letters = [form for form in run if is_letter(form) or _is_nato(form)]
        telling = [form for form in letters if form not in words]
        if telling and len(run) >= _FEWEST_LETTERS:
            yield start, i
        start = i + 1


def _spells(form: str, table: Table) -> bool:
    return is_letter(form) or _is_nato(form) or is_number(form, table)


def _is_nato(form: str) -> bool:
    return form in spelling_alphabet()
