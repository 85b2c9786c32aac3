"""Special categories: health, body, sex, religion, politics, union, crime, money..."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.redaction.words.phrases import Phrases, end_of_phrase, read_phrases
from bot.redaction.words.reasons import Reason
from bot.redaction.words.word_lists import harmless_words, keyed_words

STRICT = "strict"
_FRAMES = "frames"
_WORDS_AFTER_A_FRAME = 2
_SHORTEST_BEGINNING = 3


@dataclass(frozen=True)
class Topics:
    """The words of special categories of one language.

    `words` and `beginnings`: word or beginning of a word -> category; `phrases`:
    several words that reveal a fact together; `frames`: phrases before a fact.
    """

    words: dict[str, str]
    beginnings: dict[str, str]
    phrases: Phrases
    frames: Phrases

    def category(self, form: str) -> str:
        """Return the category of a word, or "" for a word of none."""
        found = self.words.get(form)
        if found is not None:
            return found
        for end in range(_SHORTEST_BEGINNING, len(form) + 1):
            category = self.beginnings.get(form[:end])
            if category is not None:
                return category
        return ""


@lru_cache(maxsize=64)
def topics_of(language: str, *, strict: bool = False) -> Topics:
    """Return the topics of a language; `strict` adds those that only some desks mask."""
    words: dict[str, str] = {}
    beginnings: dict[str, str] = {}
    phrases: set[tuple[str, ...]] = set()
    keyed = keyed_words(language, "topics")
    for category, entries in keyed.items():
        if category == _FRAMES:
            continue
        if category == STRICT and not strict:
            continue
        for entry in entries:
            if entry.endswith("*"):
                beginnings[entry[:-1]] = category
            elif "_" in entry:
                phrases |= read_phrases([entry])
            else:
                words[entry] = category
    frames = read_phrases(keyed.get(_FRAMES, ()))
    return Topics(words, beginnings, frozenset(phrases), frames)


def topic_reasons(
    forms: Sequence[str],
    language: str,
    *,
    strict: bool,
) -> list[str]:
    """Return why each word (normal form) reveals a special category, or ""."""
    topics = topics_of(language, strict=strict)
    why = [topics.category(form) for form in forms]
    for i in range(len(forms)):
        end = end_of_phrase(forms, i, topics.phrases)
        if end is not None:
            why[i:end] = ["fact"] * (end - i)
        start = end_of_phrase(forms, i, topics.frames)
        if start is not None:
            _mark_fact(forms, start, why, language)
    return [Reason(f"topic_{topic}") if topic else "" for topic in why]


def _mark_fact(
    forms: Sequence[str],
    start: int,
    why: list[str],
    language: str,
) -> None:
    """Mask the words after "diagnosed with", except function words."""
    harmless = harmless_words(language)
    for i in range(start, min(len(forms), start + _WORDS_AFTER_A_FRAME)):
        if forms[i] not in harmless:
            why[i] = why[i] or "fact"
