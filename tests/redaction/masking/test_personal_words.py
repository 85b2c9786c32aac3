"""Which words are known to be personal, so that no question plays them."""

import pytest

from bot.redaction.masking.personal_words import are_personal
from storage.records import Word


def personal(sentence: str, confidence: float = 0.95) -> list[str]:
    words = [
        Word(
            text=text,
            start_ms=i * 400,
            end_ms=i * 400 + 300,
            confidence=confidence,
        )
        for i, text in enumerate(sentence.split())
    ]
    flags = are_personal(words, list(range(len(words))), "en-US")
    return [word.text for word, flag in zip(words, flags, strict=True) if flag]


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("the explorers and early settlers found the river", "early"),
        ("said Slowly Peter reached over taking the bag", "taking"),
        ("visit his correspondence on business and one day", "business"),
    ],
)
def test_an_everyday_word_that_only_the_vote_forbids_can_be_asked_about(
    sentence: str, word: str
) -> None:
    assert word not in personal(sentence)


@pytest.mark.parametrize(
    ("sentence", "hidden"),
    [
        ("please call peter kowalski tomorrow", {"peter", "kowalski"}),
        ("her number is five five five oh one four two", {"five", "oh", "one", "two"}),
        ("my address is twelve garden street", {"twelve"}),
        ("the pin is seven three nine one", {"seven", "three", "nine", "one"}),
        ("i was born on the third of march", {"third", "march"}),
    ],
)
def test_names_and_parts_of_numbers_stay_personal(
    sentence: str, hidden: set[str]
) -> None:
    assert hidden <= set(personal(sentence))


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("email john orange tomorrow", "orange"),
        ("the birthday party of june", "june"),
    ],
)
def test_a_name_that_is_a_common_word_too_stays_personal(
    sentence: str, word: str
) -> None:
    assert word in personal(sentence)
