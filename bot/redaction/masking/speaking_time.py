"""Estimate how long a text can take to speak, so that false times can be found.

A syllable takes 130 to 190 ms on average, by language (Pellegrino, Coupé and Marsico, "A
cross-language perspective on speech information rate", Language 87, 2011, table 1). The
limit here is 2.8 times the average of the clip's language, 450 ms where it is not in
their table, and 300 ms more for every word: force-aligned words of 16 kHz read speech
and isolated digits stay below it for the languages measured. A letter takes its share of
a syllable, by language or by writing system.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.redaction.words.text import language_of

_MS_A_WORD = 300
_MS_A_SYLLABLE = 450
_SLOWEST = 2.8  # A slow, single word takes this many times the average.
# These are syllables a second in read speech, from the table named above.
_SYLLABLES_A_SECOND: Mapping[str, float] = {
    "de": 5.97,
    "en": 6.19,
    "es": 7.82,
    "fr": 7.18,
    "it": 6.99,
    "ja": 7.84,
    "vi": 5.22,
    "zh": 5.18,
}
# Latin letters of one syllable, where a language needs fewer than others do.
_LATIN_LETTERS_A_SYLLABLE: Mapping[str, float] = {
    "es": 2.5,
    "fr": 3,
    "it": 2.5,
    "vi": 3,
}
# These are the letters that write one syllable. The counts are low on purpose: fewer
# letters give more time.
_LETTERS_A_SYLLABLE: Mapping[str, float] = {
    "ARABIC": 2,
    "HEBREW": 2,
    "SYRIAC": 2,
    "DEVANAGARI": 1.5,
    "BENGALI": 1.5,
    "GUJARATI": 1.5,
    "GURMUKHI": 1.5,
    "KANNADA": 1.5,
    "MALAYALAM": 1.5,
    "TAMIL": 1.5,
    "TELUGU": 1.5,
    "SINHALA": 1.5,
    "ETHIOPIC": 1,
    "HANGUL": 1,
    "CJK": 1,
    "HIRAGANA": 1,
    "KATAKANA": 1,
}
_LETTERS_A_SYLLABLE_ELSEWHERE = 4.0
_MAX_TAG_LENGTH = 120
# The star is separate from the brackets because one sign both opens and closes.
_CLOSING = {
    "]": "[",
    ")": "(",
    "}": "{",
    ">": "<",
    "】": "【",
    "）": "（",
    "］": "［",
    "〕": "〔",
}
_OPENING = frozenset(_CLOSING.values())
_STAR = "*"
_MARK = re.compile("[" + re.escape("".join([*_CLOSING, *_OPENING, _STAR])) + "]")
_BETWEEN_WORDS = "\n"


def longest_ms(texts: Sequence[str], locale: str = "") -> list[int]:
    """Return for each word of a transcript how long it can take to be spoken, in ms.

    Tokens that are no words take no time: tags in brackets, which may span several
    words, signs, figures, identifiers (`utt-001`, `SPK_1`) and labels that end with a
    colon. Without a locale the writing system alone decides.
    """
    pace = _pace_of(locale)
    spoken = _without_tags(texts)
    return [sum(_token_ms(token, pace) for token in text.split()) for text in spoken]


@dataclass(frozen=True)
class _Pace:
    """How slowly a language may be spoken, and how it is written."""

    ms_a_syllable: float
    latin_letters: float


@lru_cache(maxsize=64)
def _pace_of(locale: str) -> _Pace:
    language = language_of(locale)
    ms_a_syllable = float(_MS_A_SYLLABLE)
    if language in _SYLLABLES_A_SECOND:
        ms_a_syllable = _SLOWEST * 1000 / _SYLLABLES_A_SECOND[language]
    latin = _LATIN_LETTERS_A_SYLLABLE.get(language, _LETTERS_A_SYLLABLE_ELSEWHERE)
    return _Pace(ms_a_syllable, latin)


def _without_tags(texts: Sequence[str]) -> list[str]:
    """Return the words with spaces in place of tags, in one pass over any text."""
    single_lines = [text.replace(_BETWEEN_WORDS, " ") for text in texts]
    whole = list(_BETWEEN_WORDS.join(single_lines))
    for start, end in _tags_in("".join(whole)):
        for at in range(start, end):
            if whole[at] != _BETWEEN_WORDS:
                whole[at] = " "
    words = "".join(whole).split(_BETWEEN_WORDS)
    return [_without_half_a_tag(word) for word in words] if texts else []


def _tags_in(whole: str) -> Iterator[tuple[int, int]]:
    """Yield the places of tags that close again soon; only the innermost tags."""
    opened: dict[str, int] = {}
    for match in _MARK.finditer(whole):
        mark, at = match.group(), match.start()
        opening = _CLOSING.get(mark, mark)
        start = opened.pop(opening, None)
        is_close = start is not None and at - start <= _MAX_TAG_LENGTH
        if start is not None and is_close and mark not in _OPENING:
            yield start, at + 1
        elif mark in _OPENING or mark == _STAR:
            opened[mark] = at


def _without_half_a_tag(word: str) -> str:
    """Return a word without the part beside a bracket that has no partner."""
    closed = max(word.rfind(mark) for mark in (*_CLOSING, _STAR))
    rest = word[closed + 1 :]
    opened = [rest.find(mark) for mark in _OPENING if mark in rest]
    return rest[: min(opened)] if opened else rest


def _token_ms(token: str, pace: _Pace) -> int:
    letters = [char for char in token if char.isalpha()]
    if not letters:
        return 0
    if not _is_word(token):
        return 0
    return _MS_A_WORD + round(sum(_letter_ms(letter, pace) for letter in letters))


def _is_word(token: str) -> bool:
    is_identifier = "_" in token or any(char.isdigit() for char in token)
    is_label = token.endswith((":", "："))
    return not is_identifier and not is_label


def _letter_ms(letter: str, pace: _Pace) -> float:
    script = unicodedata.name(letter, "").partition(" ")[0]
    letters = _LETTERS_A_SYLLABLE.get(script, _LETTERS_A_SYLLABLE_ELSEWHERE)
    if script == "LATIN":
        letters = pace.latin_letters
    return pace.ms_a_syllable / letters
