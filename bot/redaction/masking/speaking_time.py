"""How long a text can take to be spoken, so that a transcript's times can be doubted.

A syllable takes 130 to 190 ms on average, whatever the language (Pellegrino, Coupé and
Marsico, "A cross-language perspective on speech information rate", Language 87, 2011:
5.2 syllables a second in Mandarin, 6.2 in English, 7.8 in Japanese). Here it may take
450 ms, and every word 300 ms more: words of 16 kHz read speech aligned by force and
isolated digits stay below that for the writing systems measured. A letter takes its
share of a syllable, by writing system.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_MS_A_WORD = 300
_MS_A_SYLLABLE = 450
# Letters that one syllable takes to write, few rather than many: fewer give more time.
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
_LETTERS_A_SYLLABLE_ELSEWHERE = 4
_MAX_TAG_LENGTH = 120
_TAG = re.compile(
    rf"\[[^\[\]]{{0,{_MAX_TAG_LENGTH}}}\]"
    rf"|\([^()]{{0,{_MAX_TAG_LENGTH}}}\)"
    rf"|\{{[^{{}}]{{0,{_MAX_TAG_LENGTH}}}\}}"
    rf"|<[^<>]{{0,{_MAX_TAG_LENGTH}}}>"
    rf"|【[^【】]{{0,{_MAX_TAG_LENGTH}}}】"
    rf"|（[^（）]{{0,{_MAX_TAG_LENGTH}}}）"
    rf"|［[^［］]{{0,{_MAX_TAG_LENGTH}}}］"
    rf"|〔[^〔〕]{{0,{_MAX_TAG_LENGTH}}}〕"
    rf"|\*[^*]{{1,{_MAX_TAG_LENGTH}}}\*"
)
# A bracket without its partner takes the rest of its own word.
_OPEN_TAG = re.compile(r"[\[({<【（［〔*][^\n]*")
_CLOSED_TAG = re.compile(r"[^\n]*[\])}>】）］〕*]")
_BETWEEN_WORDS = "\n"


def longest_ms(texts: Sequence[str]) -> list[int]:
    """Return for each word of a transcript how long it can take to be spoken, in ms.

    What is no word takes no time: tags in brackets, which may reach over several words,
    signs, figures, identifiers (`utt-001`, `SPK_1`) and labels that end with a colon.
    """
    spoken = _without_tags(texts)
    return [sum(_token_ms(token) for token in text.split()) for text in spoken]


def _without_tags(texts: Sequence[str]) -> list[str]:
    single_lines = [text.replace(_BETWEEN_WORDS, " ") for text in texts]
    whole = _BETWEEN_WORDS.join(single_lines)
    for tag in (_TAG, _OPEN_TAG, _CLOSED_TAG):
        whole = tag.sub(_blank, whole)
    return whole.split(_BETWEEN_WORDS) if texts else []


def _blank(tag: re.Match[str]) -> str:
    """Return spaces in place of a tag; the line breaks between words stay."""
    return "".join(char if char == _BETWEEN_WORDS else " " for char in tag.group())


def _token_ms(token: str) -> int:
    letters = [char for char in token if char.isalpha()]
    if not letters or not _is_word(token):
        return 0
    return _MS_A_WORD + round(sum(_letter_ms(letter) for letter in letters))


def _is_word(token: str) -> bool:
    is_identifier = "_" in token or any(char.isdigit() for char in token)
    is_label = token.endswith((":", "："))
    return not is_identifier and not is_label


def _letter_ms(letter: str) -> float:
    script = unicodedata.name(letter, "").partition(" ")[0]
    letters = _LETTERS_A_SYLLABLE.get(script, _LETTERS_A_SYLLABLE_ELSEWHERE)
    return _MS_A_SYLLABLE / letters
