"""Training copies with other names: what changes, and what must not."""

from dataclasses import replace

import numpy as np
import pytest

from bot.redaction.words.features import Lexicon
from tools.train_words.augment import COPIES, Names, names_for, renamed
from tools.train_words.corpus import Utterance

NAMES = Names(["siobhan"], ["okafor"], ["dinner"])
CALL = Utterance(
    "massive-en-US-17",
    "massive",
    "en-US",
    ("call", "mary", "jones's", "dentist", "tom"),
    (0, 1, 1, 0, 1),
    ("O", "PERSON", "PERSON", "O", "PERSON"),
)


def copies(
    utterance: Utterance, names: Names = NAMES, seeds: int = 40
) -> list[Utterance]:
    return [
        copy
        for seed in range(seeds)
        for copy in renamed(utterance, names, np.random.default_rng(seed))
    ]


def test_only_the_words_of_names_change_and_all_labels_stay() -> None:
    found = copies(CALL)
    assert len(found) == 40 * COPIES
    for copy in found:
        assert replace(copy, words=CALL.words) == CALL
        assert (copy.words[0], copy.words[3]) == ("call", "dentist")


def test_a_first_name_takes_the_first_place_and_a_last_name_those_after_it() -> None:
    found = copies(CALL)
    assert {copy.words[1] for copy in found} == {"mary", "siobhan", "dinner"}
    assert {copy.words[2] for copy in found} == {"jones's", "okafor's", "dinner's"}
    assert {copy.words[4] for copy in found} == {"tom", "siobhan", "dinner"}


def test_the_same_generator_gives_the_same_copies() -> None:
    assert copies(CALL) == copies(CALL)


@pytest.mark.parametrize(
    "utterance",
    [
        replace(CALL, tiers=(0,) * 5, kinds=("O",) * 5),
        replace(
            CALL, tiers=(0, 2, 2, 0, 2), kinds=("O", *["LOCATION"] * 2, "O", "LOCATION")
        ),
        replace(CALL, source="presidio-synth-spoken"),
    ],
    ids=["nobody named", "places only", "names drawn from lists already"],
)
def test_what_names_nobody_or_was_drawn_from_lists_is_not_copied(
    utterance: Utterance,
) -> None:
    assert copies(utterance) == []


def test_everyday_words_are_those_met_more_than_once_and_hardly_ever_personally() -> (
    None
):
    counts = {
        "dinner": (9, 0),
        "will": (40, 4),
        "mary": (9, 9),
        "once": (1, 0),
        "a.b.": (9, 0),
    }
    lexicon = Lexicon(
        "en", counts, {"mary": "F", "jones": "FL", "paris": "C", "o'neil": "L"}
    )
    assert names_for(lexicon) == Names(["mary", "jones"], ["jones"], ["dinner", "will"])
