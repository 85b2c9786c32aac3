"""Find the words after "the password is", a house's number, a birthday, an age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.redaction.words.phrases import Phrases, end_of_phrase, read_phrases
from bot.redaction.words.reasons import Reason
from bot.redaction.words.tokens import is_number
from bot.redaction.words.word_lists import harmless_words, keyed_words, month_names

_NUMBER_SIGNS = frozenset({"number", "no", "nummer", "nr"})


@dataclass(frozen=True)
class _Frames:
    """The phrases of one language, by the kind of secret that follows them."""

    secrets: Phrases
    copulas: frozenset[str]
    born: Phrases
    addresses: Phrases
    ages: Phrases
    ages_before: Phrases


@lru_cache(maxsize=16)
def _frames(language: str) -> _Frames:
    keyed = keyed_words(language, "frames")
    return _Frames(
        read_phrases(keyed.get("secrets", ())),
        frozenset(keyed.get("copulas", ())),
        read_phrases(keyed.get("born", ())),
        read_phrases(keyed.get("addresses", ())),
        read_phrases(keyed.get("ages", ())),
        read_phrases(keyed.get("ages_before", ())),
    )


def secret_reasons(forms: Sequence[str], language: str) -> list[str]:
    """Return why each word (normal form) belongs to a secret, address or age, or ""."""
    frames = _frames(language)
    why = [""] * len(forms)
    for i in range(len(forms)):
        _mark_secret(forms, i, frames, why)
        _mark_birthday(
            forms,
            i,
            frames,
            why,
            language,
        )
        _mark_house(
            forms,
            i,
            frames,
            why,
            language,
        )
        _mark_age(
            forms,
            i,
            frames,
            why,
            language,
        )
    return why


def _mark_secret(
    forms: Sequence[str],
    i: int,
    frames: _Frames,
    why: list[str],
) -> None:
    """Mask all words after "the code is", to the end."""
    end = end_of_phrase(forms, i, frames.secrets)
    if end is None:
        return
    if end == len(forms):
        return
    if forms[end] not in frames.copulas:
        return
    for place in range(end + 1, len(forms)):
        if not why[place]:
            why[place] = Reason.SECRET


def _mark_birthday(
    forms: Sequence[str],
    i: int,
    frames: _Frames,
    why: list[str],
    language: str,
) -> None:
    """Mask the words after "my birthday is", except function words."""
    end = end_of_phrase(forms, i, frames.born)
    if end is None:
        return
    shown = harmless_words(language) - month_names(language)
    for place in range(end, len(forms)):
        if why[place]:
            continue
        form = forms[place]
        if form not in shown or is_number(form, language) or _is_ordinal(form):
            why[place] = Reason.BIRTH


def _is_ordinal(form: str) -> bool:
    return form in ("first", "second", "third", "erste", "ersten", "zweite", "zweiten")


def _mark_house(
    forms: Sequence[str],
    i: int,
    frames: _Frames,
    why: list[str],
    language: str,
) -> None:
    """Mask the number after "flat", "house number" or a similar phrase."""
    end = end_of_phrase(forms, i, frames.addresses)
    if end is None:
        return
    if end < len(forms) and forms[end] in _NUMBER_SIGNS:
        end += 1
    _mark_numbers(
        forms,
        end,
        1,
        why,
        language,
        Reason.ADDRESS,
    )


def _mark_age(
    forms: Sequence[str],
    i: int,
    frames: _Frames,
    why: list[str],
    language: str,
) -> None:
    """Mask the number before "years old" and after "i turn"."""
    if end_of_phrase(forms, i, frames.ages) is not None:
        _mark_numbers(
            forms,
            i - 1,
            -1,
            why,
            language,
            Reason.AGE,
        )
    end = end_of_phrase(forms, i, frames.ages_before)
    if end is not None:
        _mark_numbers(
            forms,
            end,
            1,
            why,
            language,
            Reason.AGE,
        )


def _mark_numbers(
    forms: Sequence[str],
    i: int,
    step: int,
    why: list[str],
    language: str,
    reason: str,
) -> None:
    while 0 <= i < len(forms) and is_number(forms[i], language):
        if not why[i]:
            why[i] = reason
        i += step
