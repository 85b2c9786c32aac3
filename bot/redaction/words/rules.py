"""Find personal structures of any words: spelled names, numbers, read-out addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.redaction.words.reasons import Reason
from bot.redaction.words.text import is_letter, n_digits
from bot.redaction.words.tokens import Kind, Unit, is_number, spells
from bot.redaction.words.word_lists import answer_words, month_names, spelling_alphabet

_ADDRESS_SIGNS = frozenset(
    {"dot", "punkt", "kropka", "nukta", "underscore", "unterstrich"}
)
_SPOKEN = (Kind.WORD, Kind.LETTER)
_NUMBER_SIGNS = _ADDRESS_SIGNS | {"point", "colon", "slash"}
_DOMAINS = frozenset(
    {
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "de",
        "pl",
        "ke",
        "co",
        "uk",
        "info",
        "biz",
        "io",
        "eu",
    }
)


def strict_structures(words: Sequence[str], language: str) -> list[str]:
    """Return why each word (normal form) is in a personal structure, or "".

    For languages without a model: any two letters or numbers in a row count.
    """
    why = _addresses(words)
    _mark_runs(words, why, lambda word: spells(word, language), 2)
    for i, word in enumerate(words):
        if n_digits(word) >= 3:
            why[i] = Reason.LONG_NUMBER
    return why


def structures(
    words: Sequence[str],
    units: Sequence[Unit],
    language: str,
) -> list[str]:
    """Return the same reasons, leaving times, prices and short initials to the model."""
    why = _addresses(words)
    _mark_runs(words, why, _spells_a_name, 6)
    for unit in units:
        if _is_long_number(unit) or any(
            n_digits(word) >= 6 for word in words[unit.start : unit.end]
        ):
            why[unit.start : unit.end] = [Reason.LONG_NUMBER] * (unit.end - unit.start)
    _mark_runs(words, why, lambda word: spells(word, language), 7)
    _mark_alphabet(words, why, language)
    _mark_dotted_numbers(words, why, language)
    for i in range(len(words) - 1):
        if words[i] == "plus" and why[i + 1]:
            why[i] = Reason.LONG_NUMBER
    return why


def looks_like_answer(
    words: Sequence[str],
    units: Sequence[Unit],
    rare: Callable[[str], bool],
    language: str,
) -> bool:
    """Return whether the whole utterance answers an identity question.

    Such an answer is a name, a date or a code alone. `words` are as the recogniser
    wrote them; `rare`: whether a form is unknown or only a name.
    """
    shown, months = answer_words(language), month_names(language)
    telling = [
        unit
        for unit in units
        if unit.kind is not Kind.MUDDLED and unit.key not in shown
    ]
    if not telling:
        return False
    if all(
        unit.kind is not Kind.WORD or unit.key in months or rare(unit.key)
        for unit in telling
    ):
        if any(unit.kind is Kind.LETTERS for unit in telling):
            return _n_spelled(words, rare) >= 4
        named = any(unit.kind in _SPOKEN and unit.key not in months for unit in telling)
        return named or _n_figures(telling) >= 4
    return _n_spelled(words, rare) >= max(3, 0.6 * len(words))


def _n_figures(units: Sequence[Unit]) -> int:
    """Return the number of figures and number words; codes and dates have four or more."""
    numbers = [unit for unit in units if unit.kind in (Kind.NUMBER, Kind.NUMBERS)]
    return sum(max(n_digits(unit.key), unit.end - unit.start) for unit in numbers)


def _n_spelled(words: Sequence[str], rare: Callable[[str], bool]) -> int:
    """Return the number of letters, alphabet words, short figures and splinters.

    Dotted letters ("u. s. d.") are no spelling.
    """
    alphabet = spelling_alphabet()
    return sum(
        (len(word) == 1 and word.isalnum())
        or word in alphabet
        or (len(word) <= 2 and word.isalnum() and rare(word))
        for word in words
    )


def _is_long_number(unit: Unit) -> bool:
    """Return whether four figures are read singly, or five words make no amount."""
    if unit.kind is not Kind.NUMBERS:
        return False
    if "dddd" in unit.pattern:
        return True
    if "x" in unit.pattern:
        return True
    return unit.pattern.count("d") >= 5


def _spells_a_name(word: str) -> bool:
    if is_letter(word):
        return True
    return word in spelling_alphabet()


def _addresses(words: Sequence[str]) -> list[str]:
    """Mark e-mail and web addresses, as written or as the words around "dot com"."""
    why = [""] * len(words)
    for i, word in enumerate(words):
        if "@" in word or word.startswith(("www", "http")):
            end = i + 1
            if "dot" in words[i : i + 3]:
                end = i + 3
            _mark(why, i - 1, end)
        if word in _ADDRESS_SIGNS and i + 1 < len(words) and words[i + 1] in _DOMAINS:
            start = i - 1
            if "at" in words[max(0, i - 3) : i]:
                start = i - 3
            _mark(why, start, i + 2)
    return why


def _mark(
    why: list[str],
    start: int,
    end: int,
) -> None:
    for i in range(max(0, start), min(len(why), end)):
        why[i] = Reason.ADDRESS


def _mark_runs(
    words: Sequence[str],
    why: list[str],
    belongs: Callable[[str], bool],
    shortest: int,
) -> None:
    start = 0
    for i in range(len(words) + 1):
        if i < len(words) and belongs(words[i]):
            continue
        if i - start >= shortest:
            why[start:i] = [Reason.SPELLED] * (i - start)
        start = i + 1


def _mark_dotted_numbers(
    words: Sequence[str],
    why: list[str],
    language: str,
) -> None:
    """Mark an IP address: numbers with two signs or more between them."""
    start = 0
    for i in range(len(words) + 1):
        if i < len(words) and (
            words[i] in _NUMBER_SIGNS or is_number(words[i], language)
        ):
            continue
        if sum(word in _NUMBER_SIGNS for word in words[start:i]) >= 2:
            why[start:i] = [Reason.ADDRESS] * (i - start)
        start = i + 1


def _mark_alphabet(
    words: Sequence[str],
    why: list[str],
    language: str,
) -> None:
    """Mark a run of letters and figures with two words of the spelling alphabet."""
    alphabet = spelling_alphabet()
    start = 0
    for i in range(len(words) + 1):
        if i < len(words) and (
            words[i] in alphabet or is_letter(words[i]) or is_number(words[i], language)
        ):
            continue
        if sum(word in alphabet for word in words[start:i]) >= 2:
            why[start:i] = [Reason.SPELLED] * (i - start)
        start = i + 1
