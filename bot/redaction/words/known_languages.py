"""Look up the knowledge of a language: a model, a list of everyday words, or nothing."""

from __future__ import annotations

from enum import Enum

from bot.redaction.words.linear import has_model
from bot.redaction.words.text import language_of
from bot.redaction.words.word_lists import everyday_words, harmless_words


class Knowledge(Enum):
    """The ways to decide about the words of a language, the most exact way first."""

    MODEL = "model"
    EVERYDAY_WORDS = "everyday_words"
    FUNCTION_WORDS = "function_words"
    NOTHING = "nothing"


def knowledge_of(locale: str) -> Knowledge:
    """Return the way to decide about the words of a locale (BCP 47 tag)."""
    language = language_of(locale)
    if has_model(language):
        return Knowledge.MODEL
    if everyday_words(language):
        return Knowledge.EVERYDAY_WORDS
    if harmless_words(language):
        return Knowledge.FUNCTION_WORDS
    return Knowledge.NOTHING
