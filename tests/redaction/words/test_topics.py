"""Special categories, secrets, ages and addresses are masked with their frames."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.redaction.words import is_personal, mask_direct, mask_words
from bot.redaction.words.personal.topics import topics_of

FOLDER = Path(__file__).parent / "topics"


def sentences(language: str) -> Iterator[tuple[list[str], list[bool]]]:
    """Yield the words of each sentence, and which of them stand between stars."""
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            starred = line.split()
            words = [word.strip("*") for word in starred]
            yield words, [word.startswith("*") for word in starred]


@pytest.mark.parametrize("language", ["en", "de"])
def test_words_of_special_categories_are_masked(language: str) -> None:
    shown = []
    for words, personal in sentences(language):
        flags = mask_words(words, language)
        for word, is_secret, masked in zip(words, personal, flags, strict=True):
            if is_secret and not masked:
                shown.append((" ".join(words), word))
    assert shown == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_topic_word_has_one_fate_whatever_stands_around_it(language: str) -> None:
    for word in topics_of(language).words:
        assert mask_words([word], language) == [True], word
        assert mask_words(["the", word, "the"], language)[1], word
        assert is_personal(word, language), word


@pytest.mark.parametrize(
    ("sentence", "locale"),
    [
        ("disable the alarm", "en-US"),
        ("reset my password please", "en-US"),
        ("mach das licht im bad aus", "de-DE"),
    ],
)
def test_commands_that_sound_like_a_topic_are_shown(sentence: str, locale: str) -> None:
    words = sentence.split()
    assert mask_words(words, locale) == [False] * len(words)


@pytest.mark.parametrize(
    ("sentence", "word", "locale"),
    [
        ("is there school tomorrow", "school", "en-US"),
        ("do you have pain in the neck", "pain", "en-US"),
        ("mein bauch tut weh", "bauch", "de-DE"),
    ],
)
def test_a_strict_desk_masks_more(sentence: str, word: str, locale: str) -> None:
    words = sentence.split()
    strict = mask_words(words, locale, strict=True)
    assert strict[words.index(word)]
    usual = mask_words(words, locale)
    assert sum(usual) < sum(strict)


def test_topics_are_no_direct_identifiers() -> None:
    words = "the doctor said i am pregnant".split()
    assert mask_words(words, "en")[-1]
    assert not mask_direct(words, "en")[-1]
