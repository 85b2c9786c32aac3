"""Mask names and numbers in a sentence that a person writes about a word.

The models learnt commands to a device. In a sentence such as "the second syllable is
stressed" they take a third of the words for personal ones, so a sentence is judged word
by word: everyday words are shown, and so are single letters and the words in which
people talk about speech.
"""

import re
from collections.abc import Sequence

from bot.redaction.words.decide import MARK, mask_typed
from bot.redaction.words.text import language_of
from bot.redaction.words.word_lists import speech_words


def mask_sentence(text: str, locale: str) -> str:
    """Return the sentence with a mark for every name and number in it."""
    pieces = re.split(r"(\s+)", text)
    words = [piece for piece in pieces if piece.strip()]
    flags = iter(_flags(words, locale))
    return "".join(MARK if piece.strip() and next(flags) else piece for piece in pieces)


def _flags(words: Sequence[str], locale: str) -> list[bool]:
    """Return for each word whether it is masked."""
    flags = mask_typed(words, locale, longest=len(words))
    about_speech = speech_words(language_of(locale))
    bare = [re.sub(r"\W", "", word).casefold() for word in words]
    for i, form in enumerate(bare):
        if form in about_speech or _is_lone_letter(bare, i):
            flags[i] = False
    return flags


def _is_lone_letter(bare: Sequence[str], i: int) -> bool:
    """Return whether the word is one letter that is no part of a spelled name."""
    if len(bare[i]) != 1 or not bare[i].isalpha():
        return False
    neighbours = [*bare[max(0, i - 1) : i], *bare[i + 1 : i + 2]]
    return all(len(each) != 1 for each in neighbours)
