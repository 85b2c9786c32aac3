"""Krippendorff's alpha against its published examples and listeners of known skill."""

import random
from collections.abc import Sequence

import pytest

from bot.rules.quality.alpha import Agreement, measure_agreement

# Krippendorff 2011: A (two observers, two values), B (two observers, five values) and
# C (four observers, missing values). A dot is a missing value.
BINARY = ("0100000010", "1110010000")
NOMINAL = ("aabbdcccedda", "babbbccceddd")
WITH_MISSING = (
    "123321412...",
    "1233224125.3",
    ".3332342251.",
    "12332441251.",
)


def units_of(observers: Sequence[str]) -> list[list[str]]:
    return [
        [value for value in unit if value != "."]
        for unit in zip(*observers, strict=True)
    ]


def measured(units: Sequence[Sequence[str]]) -> Agreement:
    found = measure_agreement(units)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("observers", "published"),
    [(BINARY, 0.095), (NOMINAL, 0.692), (WITH_MISSING, 0.743)],
)
def test_the_published_examples_are_reproduced_to_three_digits(
    observers: Sequence[str], published: float
) -> None:
    assert round(measured(units_of(observers)).alpha, 3) == published


def test_full_agreement_is_one() -> None:
    found = measured([["a", "a"], ["b", "b", "b"], ["c", "c"]])
    assert (found.alpha, found.low, found.high, found.pairwise) == (1, 1, 1, 1)


def test_answers_that_are_all_the_same_word_give_no_figure() -> None:
    assert measure_agreement([["a", "a"], ["a", "a"]]) is None


def test_units_with_one_answer_do_not_count() -> None:
    found = measured([["a", "a"], ["b", "c"], ["d"], []])
    assert (found.requests, found.answers) == (2, 4)
    assert measure_agreement([["a"], ["b"], []]) is None


def test_the_pairwise_share_counts_pairs() -> None:
    # Two of four pairs are the same: (a, a) and (c, c).
    found = measured([["a", "a", "b"], ["c", "c"]])
    assert found.pairwise == pytest.approx(2 / 4)


def test_the_interval_of_the_same_answers_is_the_same_each_time() -> None:
    assert measured(units_of(WITH_MISSING)) == measured(units_of(WITH_MISSING))


@pytest.mark.parametrize("accuracy", [0.5, 0.7, 0.9])
def test_listeners_of_a_known_accuracy_give_the_known_agreement(
    accuracy: float,
) -> None:
    """Twelve words; a listener in error gives one of the other eleven."""
    words = "abcdefghijkl"
    random_words = random.Random(7)
    units = []
    for _ in range(2_000):
        word = random_words.choice(words)
        others = words.replace(word, "")
        unit = []
        for _ in range(3):
            is_right = random_words.random() < accuracy
            unit.append(word if is_right else random_words.choice(others))
        units.append(unit)
    chance = 1 / len(words)
    pairwise = accuracy**2 + (1 - accuracy) ** 2 / (len(words) - 1)
    expected = (pairwise - chance) / (1 - chance)
    found = measured(units)
    assert found.low < expected < found.high
    assert found.high - found.low < 0.06
