"""The form in which proposals are compared, letter by letter.

Languages without a table still get the Unicode steps.  The tables hold spelling, never
meaning: `okay` and `ok` are one word, `lamp` and `light` are two.
"""

from __future__ import annotations

import re
import unicodedata

from bot.rules.requests.spelling.ordinals import ORDINALS, Ordinals
from bot.rules.requests.spelling.spelling import Spelling
from bot.rules.requests.spelling.tables import SPELLINGS

_APOSTROPHES = str.maketrans({**dict.fromkeys("'’‘ʼ`´＇", "'"), "٪": "%"})
_CURRENCY_FIRST = re.compile(r"(r\$|[€$£¥₹₺]|\brp\.?|\bkr\.?)\s?(\d+)")
_PERCENT = re.compile(r"(\d+)\s?%")
_DIGITS = re.compile(r"\d+")
_SHAPING = re.compile(
    "(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca])[\u200c\u200d]"
)
_MOST_DIGITS = 6


def same_reading(
    one: str,
    other: str,
    locale: str,
) -> bool:
    """Return whether two proposals are the same words in a language (BCP 47 tag)."""
    return reading(one, locale) == reading(other, locale)


def known_languages() -> frozenset[str]:
    """Return the languages that have a table of their own."""
    return frozenset(SPELLINGS)


def reading(text: str, locale: str) -> str:
    """Return the form in which proposals are compared.

    Case, width and apostrophes are levelled first, then signs become words, letters
    lose what writers leave out, and numbers become words.
    """
    language = _language_of(locale)
    spelling = SPELLINGS.get(language, Spelling())
    ordinals = ORDINALS.get(language, Ordinals(words={}))
    plain = unicodedata.normalize("NFKC", text.translate(spelling.capitals))
    plain = plain.casefold().translate(_APOSTROPHES)
    plain = ordinals.in_text(plain)
    plain = plain.replace("'", spelling.apostrophe)
    plain = _signs_in_words(plain, spelling)
    words = _letters_of(plain).split()
    levelled = " ".join(_with_ordinal(word, spelling, ordinals) for word in words)
    varied = [spelling.variants.get(word, word) for word in levelled.split()]
    joined = spelling.space.join(_in_words(word, spelling) for word in varied)
    if spelling.phrases:
        joined = spelling.phrase_pattern.sub(
            lambda found: spelling.phrases[found[0]], joined
        )
    return unicodedata.normalize("NFKC", joined)


def _language_of(locale: str) -> str:
    return locale.lower().replace("_", "-").partition("-")[0]


def _signs_in_words(text: str, spelling: Spelling) -> str:
    """Return the text with "5 %", "$5" and "1,000" written as they are spoken."""
    text = _CURRENCY_FIRST.sub(r"\2 \1", text)
    if spelling.is_percent_first:
        text = _PERCENT.sub(r"% \1", text)
    if spelling.group:
        text = re.sub(rf"(?<=\d)[{spelling.group}](?=\d{{3}}(?!\d))", "", text)
    for sign, word in spelling.signs.items():
        text = text.replace(sign, f" {word} ")
    return text


def _letters_of(text: str) -> str:
    """Return the text with a space for every sign that is no letter, mark or figure.

    A joiner after a virama only shapes the letters of Indic words. Persian writers type
    a space or nothing visible for the other ones.
    """
    shaped = _SHAPING.sub("", text)
    return "".join(char if _is_of_a_word(char) else " " for char in shaped)


def _is_of_a_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _level(word: str, spelling: Spelling) -> str:
    """Return the word without the marks that writers leave out.

    A word of a minimal pair keeps them, for they make another word of it.
    """
    composed = unicodedata.normalize("NFKC", word)
    if composed in spelling.kept:
        return composed
    for pattern, replacement in spelling.sounds:
        composed = pattern.sub(replacement, composed)
    composed = composed.translate(spelling.letters)
    if spelling.marks:
        composed = _without_marks(composed, spelling.marks)
    return unicodedata.normalize("NFKC", composed)


def _with_ordinal(
    word: str,
    spelling: Spelling,
    ordinals: Ordinals,
) -> str:
    """Return the levelled word, in letters where it is an ordinal."""
    levelled = _level(word, spelling)
    in_letters = ordinals.of_word(levelled)
    if in_letters == levelled:
        return levelled
    return _level(in_letters, spelling)


def _without_marks(word: str, marks: frozenset[str]) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    bare = "".join(char for char in decomposed if char not in marks)
    return unicodedata.normalize("NFC", bare)


def _in_words(word: str, spelling: Spelling) -> str:
    """Return the word with its figures read out.

    Where words are written without spaces, figures inside a word are read out too.
    """
    if spelling.space:
        return _figure_in_words(word, spelling)
    return _DIGITS.sub(lambda found: _figure_in_words(found[0], spelling), word)


def _figure_in_words(word: str, spelling: Spelling) -> str:
    # isdecimal covers Arabic-Indic and other digits: int() reads them, NFKC keeps them.
    if not word.isdecimal() or len(word) > _MOST_DIGITS:
        return word
    value = int(word)
    if len(word) > 1 and unicodedata.digit(word[0]) == 0:
        return word
    if spelling.number is None or value > spelling.max_number:
        return str(value)
    return spelling.number(value)
