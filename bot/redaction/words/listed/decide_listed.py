"""Judge every word of a transcript by the lists and frames of its language."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.redaction.words.listed.frames import mark_frames
from bot.redaction.words.listed.known_words import is_known
from bot.redaction.words.listed.number_runs import is_measure, runs, spelled_runs
from bot.redaction.words.listed.places import mark_places
from bot.redaction.words.listed.segments import segment
from bot.redaction.words.listed.tables import WITHOUT_SPACES, Table, table_of
from bot.redaction.words.reasons import Reason
from bot.redaction.words.rules import strict_structures
from bot.redaction.words.text import fold, n_digits

UNKNOWN = Reason.UNKNOWN_WORD
_NUMBER = Reason.NUMBER
_FEWEST_DIGITS_OF_A_CODE = 3
_LONGEST_GAP_IN_A_NAME = 2
_FEWEST_WORDS_OF_A_SENTENCE = 3


def list_reasons(forms: Sequence[str], language: str) -> list[str]:
    """Return why each word (normal form, "" for the muddled one) is masked, or ""."""
    if language in WITHOUT_SPACES:
        return _reasons_of_pieces(forms, language)
    return _reasons(forms, table_of(language))


def _reasons_of_pieces(forms: Sequence[str], language: str) -> list[str]:
    """Decide about the words that the pieces make up; all pieces get one reason."""
    segments = segment(forms, language)
    table = table_of(language)
    reasons = _reasons([each.form for each in segments], table)
    of_char: list[str] = []
    for each, reason in zip(segments, reasons, strict=True):
        of_char += [reason] * (each.end - each.start)
    found = []
    start = 0
    for form in forms:
        inside = of_char[start : start + len(form)]
        found.append(next(filter(None, inside), ""))
        start += len(form)
    return found


def _reasons(forms: Sequence[str], table: Table) -> list[str]:
    """Return the reasons: vocabulary, numbers, spelling, frames, names in two parts."""
    folded = [fold(form, table.language) for form in forms]
    why = [_reason_alone(folded, i, table) for i in range(len(folded))]
    _show_everyday_names(folded, why, table)
    _mark_numbers(folded, why, table)
    for start, end in spelled_runs(folded, table):
        why[start:end] = [Reason.SPELLED] * (end - start)
    for i, reason in enumerate(strict_structures(folded, "")):
        if reason == Reason.ADDRESS:
            why[i] = reason
    mark_frames(folded, why, table)
    mark_places(folded, why, table)
    _mark_linkers(folded, why, table)
    if table.language in WITHOUT_SPACES:
        _mark_signs_beside_unknown(folded, why, table)
    return why


def _reason_alone(
    forms: Sequence[str],
    i: int,
    table: Table,
) -> str:
    form = forms[i]
    if not form:
        return ""
    if is_known(form, table):
        return ""
    if form in table.doubtful:
        if _is_determined(forms, i, table):
            return ""
        return Reason.DOUBTFUL_NAME
    if form in table.months:
        return ""
    if any(form in table.words_of(key) for key in _SHOWN):
        return ""
    return UNKNOWN


def _show_everyday_names(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Show "rain" and "long" in a sentence, but for those beside another name."""
    if len(forms) < _FEWEST_WORDS_OF_A_SENTENCE:
        return
    shown = table.words_of("everyday_names")
    names = [bool(why[i]) and form not in shown for i, form in enumerate(forms)]
    for i, form in enumerate(forms):
        if form in shown and not _is_beside_a_name(forms, i, names, table):
            why[i] = ""


def _is_beside_a_name(
    forms: Sequence[str],
    i: int,
    names: Sequence[bool],
    table: Table,
) -> bool:
    """Return whether a name, "[name] de", a title or a call stands beside a word."""
    if i + 1 < len(forms) and names[i + 1]:
        return True
    if i and forms[i - 1] in table.words_of("calls"):
        return True
    small = table.words_of("determiners") | table.words_of("linkers")
    before = i - 1
    while before > 0 and forms[before] in small:
        before -= 1
    if before < 0:
        return False
    titles = table.words_of("titles") | table.words_of("venues")
    return names[before] or forms[before] in titles


def _is_determined(
    forms: Sequence[str],
    i: int,
    table: Table,
) -> bool:
    """Return whether a determiner stands before the word, and no name before that."""
    if i == 0:
        return False
    if forms[i - 1] not in table.words_of("determiners"):
        return False
    return i == 1 or is_known(forms[i - 2], table)


_SHOWN = ("secrets", "copulas", "titles", "titles_after", "units", "clock", "joiners")
"""Keys of `frames.txt` whose words are harmless themselves."""


def _mark_numbers(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    for start, end in runs(forms, table):
        reason: str = _NUMBER
        if is_measure(forms, start, end, table):
            reason = ""
        why[start:end] = [reason] * (end - start)
    for i, form in enumerate(forms):
        if n_digits(form) >= _FEWEST_DIGITS_OF_A_CODE and not why[i]:
            why[i] = "" if ":" in form else Reason.LONG_NUMBER


def _mark_linkers(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Mask "de" and "la" between two unknown words: "rio de janeiro"."""
    linkers = table.words_of("linkers")
    masked = [i for i, reason in enumerate(why) if reason not in ("", _NUMBER)]
    for before, after in pairwise(masked):
        gap = range(before + 1, after)
        if len(gap) > _LONGEST_GAP_IN_A_NAME:
            continue
        if all(forms[i] in linkers for i in gap):
            why[before + 1 : after] = [Reason.PART_OF_NAME] * len(gap)


def _mark_signs_beside_unknown(
    forms: Sequence[str],
    why: list[str],
    table: Table,
) -> None:
    """Mask single signs beside unknown signs, which may be parts of a name."""
    particles = table.words_of("linkers")
    unknown = [reason not in ("", _NUMBER) for reason in why]
    for i, form in enumerate(forms):
        if len(form) != 1:
            continue
        if form in particles:
            continue
        if why[i]:
            continue
        if any(unknown[max(0, i - 1) : i + 2]):
            why[i] = Reason.NEXT_TO_NAME
