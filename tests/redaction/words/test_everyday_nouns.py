"""Food, kinds, amounts, colours and devices are harmless."""

import pytest

from bot.redaction.words import is_personal, mask_words
from bot.redaction.words.word_lists import everyday_nouns


@pytest.mark.parametrize(
    "order",
    [
        "a sixteen ounce dark roast with cream",
        "a large mocha please",
    ],
)
def test_an_order_is_shown_whole(order: str) -> None:
    words = order.split()
    assert mask_words(words, "en-US") == [False] * len(words)


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_household_word_is_a_personal_answer(language: str) -> None:
    found = [word for word in everyday_nouns(language) if is_personal(word, language)]
    assert found == []


def test_a_noun_beside_a_name_is_judged_by_the_model() -> None:
    assert mask_words("call zbigniew lamp".split(), "en-US")[1]
