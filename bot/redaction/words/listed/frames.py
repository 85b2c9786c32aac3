"""Find phrases before a name, a secret, an address or a birthday."""

from __future__ import annotations

from collections.abc import Sequence

from bot.redaction.words.listed.tables import Table
from bot.redaction.words.phrases import end_of_phrase
from bot.redaction.words.reasons import Reason

_NAME_WORDS = 3
_TITLED_WORDS = 2
_ADDRESS_WORDS = 4


def mark_frames(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Write the reasons that the frames of the language give into `why`."""
    for i in range(len(forms)):
        _mark_secret(forms, i, why, table)
        _mark_name(forms, i, why, table)
        _mark_titled(forms, i, why, table)
        _mark_address(forms, i, why, table)


def _mark_secret(
    forms: Sequence[str],
    i: int,
    why: list[str],
    table: Table,
) -> None:
    """Mask all after a secret's name, or after words that announce a birthday."""
    end = end_of_phrase(forms, i, table.frames["secrets"])
    if end:
        _mark(why, _after_copula(forms, end, table), len(forms), Reason.SECRET)
    born = end_of_phrase(forms, i, table.frames["born"])
    if born:
        _mark(why, born, len(forms), Reason.BIRTH)


def _mark_name(
    forms: Sequence[str],
    i: int,
    why: list[str],
    table: Table,
) -> None:
    end = end_of_phrase(forms, i, table.frames["names"])
    if end:
        start = _after_copula(forms, end, table)
        _mark(why, start, start + _NAME_WORDS, Reason.NAME_FOLLOWS)


def _mark_titled(
    forms: Sequence[str],
    i: int,
    why: list[str],
    table: Table,
) -> None:
    """Mask the name beside a title; a function word except "de" or similar ends it."""
    if forms[i] in table.words_of("titles"):
        _mark_until_function_word(
            forms,
            i + 1,
            1,
            why,
            table,
        )
    if forms[i] in table.words_of("titles_after"):
        _mark_until_function_word(
            forms,
            i - 1,
            -1,
            why,
            table,
        )


def _mark_until_function_word(
    forms: Sequence[str],
    start: int,
    step: int,
    why: list[str],
    table: Table,
) -> None:
    closed = table.words_of("determiners") | table.words_of("copulas")
    for i in range(start, start + step * _TITLED_WORDS, step):
        if not 0 <= i < len(forms):
            return
        if forms[i] in closed:
            return
        if not why[i]:
            why[i] = Reason.TITLE


def _mark_address(
    forms: Sequence[str],
    i: int,
    why: list[str],
    table: Table,
) -> None:
    end = end_of_phrase(forms, i, table.frames["addresses"])
    if end:
        _mark(why, end, end + _ADDRESS_WORDS, Reason.ADDRESS)


def _after_copula(
    forms: Sequence[str],
    i: int,
    table: Table,
) -> int:
    """Return the first place after "is", "of mine is" or a similar phrase."""
    copulas = table.words_of("copulas")
    while i < len(forms) and forms[i] in copulas:
        i += 1
    return i


def _mark(
    why: list[str],
    start: int,
    end: int,
    reason: str,
) -> None:
    for i in range(start, min(end, len(why))):
        if not why[i]:
            why[i] = reason
