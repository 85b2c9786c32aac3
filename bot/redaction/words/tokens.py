"""Group words into units: letters read out, a number, or a plain word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bot.redaction.words.text import MUDDLED, is_letter, n_digits, normal
from bot.redaction.words.word_lists import number_words, spelling_alphabet

# These one-letter words are no spelling unless other letters stand beside them.
_LETTER_WORDS = {
    "en": frozenset("ai"),
    "pl": frozenset("aiouwz"),
}
_AND = {
    "en": "and",
    "de": "und",
}
_PATTERN = {
    "digit": "d",
    "article": "d",
    "teen": "t",
    "ten": "T",
    "part": "T",
    "power": "H",
    "repeat": "x",
}
_GERMAN_COMPOUND = re.compile(
    r"(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)?(?:hundert|tausend)(?:und)?)*"
    r"(?:(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun)und)?"
    r"(?:zwanzig|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|zehn|elf|zwölf"
    r"|(?:drei|vier|fünf|sech|sieb|acht|neun)zehn|hundert|tausend)"
)


class Kind(Enum):
    """The kind of a unit."""

    WORD = "w"
    LETTER = "l"
    LETTERS = "L"
    NUMBER = "n"
    NUMBERS = "N"
    MUDDLED = "?"


@dataclass(frozen=True, slots=True)
class Unit:
    """Words [start, end) of the transcript taken as one.

    `key`: its normal form ("u.s.d." for letters); `pattern`: the kinds of its number
    words, one character each ("Td" for "twenty five"), or how many letters it has.
    """

    start: int
    end: int
    key: str
    kind: Kind
    pattern: str = ""


def is_number(word: str, language: str) -> bool:
    """Return whether a normal form is a figure ("20", "7th", "05/01") or a number word."""
    if word[:1].isdigit():
        return True
    if word[-1:].isdigit():
        return True
    if word in number_words(language):
        return True
    if language != "de":
        return False
    return _GERMAN_COMPOUND.fullmatch(word) is not None


def spells(word: str, language: str) -> bool:
    """Return whether the word is a letter, a number word or an alphabet word."""
    if is_number(word, language):
        return True
    if is_letter(word):
        return True
    return word in spelling_alphabet()


def group(words: Sequence[str], language: str) -> list[Unit]:
    """Return the transcript as units, in order and without gaps."""
    forms = ["" if word == MUDDLED else normal(word) for word in words]
    units: list[Unit] = []
    i = 0
    while i < len(words):
        unit = _unit_at(words, forms, i, language)
        units.append(unit)
        i = unit.end
    return units


def _unit_at(
    words: Sequence[str],
    forms: Sequence[str],
    i: int,
    language: str,
) -> Unit:
    if words[i] == MUDDLED:
        return Unit(i, i + 1, MUDDLED, Kind.MUDDLED)
    if _spelled(words, forms, i, language):
        return _letters_at(words, forms, i, language)
    if is_number(forms[i], language):
        return _number_at(forms, i, language)
    return Unit(i, i + 1, forms[i], Kind.WORD)


def _spelled(
    words: Sequence[str],
    forms: Sequence[str],
    i: int,
    language: str,
) -> bool:
    """Return whether a one-letter word stands for its letter."""
    if not is_letter(forms[i]):
        return False
    if words[i].endswith("."):
        return True
    return forms[i] not in _LETTER_WORDS.get(language, ())


def _letters_at(
    words: Sequence[str],
    forms: Sequence[str],
    i: int,
    language: str,
) -> Unit:
    end = i + 1
    while end < len(words):
        beside = end + 1 < len(words) and is_letter(forms[end + 1])
        last = forms[end][1:] == "'s" and is_letter(forms[end][0])
        if not (
            _spelled(words, forms, end, language)
            or (is_letter(forms[end]) and beside)
            or last
        ):
            break
        end += 1
    if end == i + 1:
        return Unit(
            i,
            end,
            forms[i],
            Kind.LETTER,
            "1",
        )
    key = "".join(form[0] + "." for form in forms[i:end])
    return Unit(
        i,
        end,
        key,
        Kind.LETTERS,
        str(min(end - i, 6)),
    )


def _number_at(
    forms: Sequence[str],
    i: int,
    language: str,
) -> Unit:
    numbers = number_words(language)
    end = i + 1
    while end < len(forms):
        joins = (
            forms[end] == _AND.get(language) and numbers.get(forms[end - 1]) == "power"
        )
        follows = end + 1 < len(forms) and is_number(forms[end + 1], language)
        if not (is_number(forms[end], language) or (joins and follows)):
            break
        end += 1
    pattern = "".join(_number_kind(form, language) for form in forms[i:end])
    if end == i + 1:
        return Unit(
            i,
            end,
            forms[i],
            Kind.NUMBER,
            pattern,
        )
    return Unit(
        i,
        end,
        "#" + pattern[:12],
        Kind.NUMBERS,
        pattern,
    )


def _number_kind(form: str, language: str) -> str:
    if form == _AND.get(language):
        return "&"
    digits = n_digits(form)
    if not digits:
        return _PATTERN[number_words(language).get(form, "ten")]
    if form.isdigit():
        return str(min(digits, 5))
    if form[-2:] in ("st", "nd", "rd", "th"):
        return "o"
    for sign in (":", "/", "."):
        if sign in form:
            return sign
    return "m"
