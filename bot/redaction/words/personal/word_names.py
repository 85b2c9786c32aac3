"""Find everyday words that the words around them make names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.redaction.words.phrases import Phrases, end_of_phrase, read_phrases
from bot.redaction.words.reasons import Reason
from bot.redaction.words.tokens import is_number
from bot.redaction.words.word_lists import keyed_words

_OBJECTS = frozenset(
    "the a an it its this that my your his her our all as them".split()
)


@dataclass(frozen=True)
class WordNames:
    """The tables of `word_names.txt`; docs/words.md explains each."""

    names: frozenset[str]
    months: frozenset[str]
    verbs: frozenset[str]
    before: frozenset[str]
    before_two: Phrases
    after: frozenset[str]
    start_after: frozenset[str]
    auxiliaries: frozenset[str]
    interjections: frozenset[str]
    together: frozenset[str]
    plain_before: frozenset[str]


@lru_cache(maxsize=16)
def word_names_of(language: str) -> WordNames:
    """Return the tables of a language; they are empty where it has none."""
    keyed = keyed_words(language, "word_names")

    def words(key: str) -> frozenset[str]:
        return frozenset(keyed.get(key, ()))

    return WordNames(
        words("names"),
        words("months"),
        words("verbs"),
        words("before"),
        read_phrases(keyed.get("before_two", ())),
        words("after"),
        words("start_after"),
        words("aux"),
        words("interjections"),
        words("together"),
        words("plain_before"),
    )


def name_reasons(forms: Sequence[str], language: str) -> list[str]:
    """Return why each word (normal form) is a person's name here, or ""."""
    tables = word_names_of(language)
    if not tables.names:
        return [""] * len(forms)
    found = [_is_name(forms, i, tables, language) for i in range(len(forms))]
    return [Reason.NAME if is_name else "" for is_name in found]


def _is_name(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
    language: str,
) -> bool:
    """Return whether a word that may be a name is one.

    The words before it are examined first (a call, a relation, a greeting), then the
    word after it (a verb of speech), then its place at the start of an address to a
    person.
    """
    if forms[i] not in tables.names:
        return False
    if _is_plain(forms, i, tables, language):
        return False
    if _is_called(forms, i, tables):
        return True
    after = _form_at(forms, i + 1)
    if after in tables.after and not _is_auxiliary(forms, i, tables):
        return True
    if _is_beside_a_person(forms, i, tables):
        return True
    if _is_addressed(forms, i, tables):
        return True
    return _is_bare(forms, i, tables)


def _form_at(forms: Sequence[str], i: int) -> str:
    """Return the form at a place, or "" outside the utterance."""
    if 0 <= i < len(forms):
        return forms[i]
    return ""


def _is_bare(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    """Return whether nothing before the word makes it an everyday word."""
    if i == 0:
        return False
    if forms[i - 1] in tables.plain_before:
        return False
    after = _form_at(forms, i + 1)
    if forms[i] in tables.verbs and after in tables.auxiliaries:
        return False
    return not _is_auxiliary(forms, i, tables)


def _is_addressed(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    """Return whether the word begins an address to that person."""
    if i + 1 == len(forms):
        return False
    if forms[i + 1] not in tables.start_after:
        return False
    if i and forms[i - 1] not in tables.interjections:
        return False
    return not _asks(forms, i, tables)


def _is_beside_a_person(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    """Return whether "and i" follows the word."""
    if i + 2 >= len(forms):
        return False
    if forms[i + 1] not in ("and", "und"):
        return False
    return forms[i + 2] in tables.together


def _is_called(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    if i and forms[i - 1] in tables.before:
        return True
    two_before = max(0, i - 2)
    end = end_of_phrase(forms, two_before, tables.before_two)
    if i == 0:
        return False
    return end == i


def _is_plain(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
    language: str,
) -> bool:
    """Return whether the word is surely a date, or a verb with its object."""
    after = _form_at(forms, i + 1)
    if forms[i] in tables.months:
        beside = (after, _form_at(forms, i - 1))
        if any(_is_of_a_date(form, language) for form in beside):
            return True
    if forms[i] not in tables.verbs:
        return False
    return after in _OBJECTS


def _is_of_a_date(form: str, language: str) -> bool:
    if form in ("first", "second", "third", "ersten", "zweiten", "dritten"):
        return True
    if not form:
        return False
    return is_number(form, language)


def _is_auxiliary(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    """Return whether "will", "may" or another verb is one: "when will she"."""
    if i == 0:
        return False
    if forms[i] not in tables.verbs:
        return False
    return forms[i - 1] in tables.auxiliaries


def _asks(
    forms: Sequence[str],
    i: int,
    tables: WordNames,
) -> bool:
    """Return whether the word is a verb that asks: "will it rain", "may i"."""
    if forms[i] not in tables.verbs:
        return False
    return forms[i + 1] in tables.auxiliaries
