"""What is added to and taken off the models' scores."""

import numpy as np
import pytest

from bot.redaction.words.linear import (
    BESIDE_A_NAME,
    BUSINESS_RELIEF,
    NUMBER_RELIEF,
    _lift,
    load,
)
from bot.redaction.words.tokens import group


@pytest.mark.parametrize(
    ("names", "lifted"),
    [
        ([0, 1, 0, 0, 0], [2, 0, 6, 4, 0]),
        ([0, 1, 1, 0, 0], [2, 0, 0, 6, 4]),
        ([1, 0, 1, 0], [0, 6, 0, 6]),
        ([0, 0, 1], [0, 2, 0]),
        ([1], [0]),
        ([], []),
    ],
)
def test_the_words_beside_a_name_are_lifted_and_the_name_is_not(
    names: list[int], lifted: list[int]
) -> None:
    found = _lift(np.array(names, np.bool_), {-1: 2.0, 1: 6.0, 2: 4.0})
    assert found.tolist() == lifted


def test_without_places_nothing_is_lifted() -> None:
    assert _lift(np.array([True, False]), {}).tolist() == [0, 0]


def scores(text: str, language: str = "en") -> np.ndarray:
    model = load(language)
    assert model is not None
    return model.scores(group(text.split(), language))


def test_a_name_beside_a_word_makes_it_likelier_a_name_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "call zbigniew about the lights"
    lifted = scores(text)
    monkeypatch.delitem(BESIDE_A_NAME, "en")
    plain = scores(text)
    assert plain[1, 0] > 1  # the name itself
    assert np.allclose(lifted[:, 0] - plain[:, 0], [2, 0, 6, 4, 0], atol=1e-4)
    assert np.array_equal(lifted[:, 1], plain[:, 1])


def test_number_words_are_relieved_and_figures_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["what is eighty seven", "what is nine", "what is 8712", "what is lunch"]
    relieved = [scores(text)[2, 0] for text in texts]
    monkeypatch.delitem(NUMBER_RELIEF, "en")
    plain = [scores(text)[2, 0] for text in texts]
    assert np.allclose(np.subtract(plain, relieved), [3, 3, 0, 0], atol=1e-4)


def test_talk_with_a_business_is_relieved_as_far_as_it_sounds_like_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = load("en")
    assert model is not None
    texts = ["i booked a table for tonight", "play jazz tonight"]
    relieved = [scores(text) for text in texts]
    monkeypatch.delitem(BUSINESS_RELIEF, "en")
    plain = [scores(text) for text in texts]
    for text, high, low in zip(texts, plain, relieved, strict=True):
        share = model.talk.share(group(text.split(), "en"))
        assert np.allclose(high - low, 1.75 * share, atol=1e-4)
    assert (plain[0] - relieved[0]).min() > 1 > 0.1 > (plain[1] - relieved[1]).max()


@pytest.mark.parametrize("language", ["de", "sw"])
def test_other_languages_are_neither_lifted_nor_relieved(language: str) -> None:
    assert language not in BESIDE_A_NAME
    assert language not in NUMBER_RELIEF
    assert language not in BUSINESS_RELIEF
