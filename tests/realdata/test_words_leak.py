"""The masks on annotated transcripts the models were not trained on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.redaction.words import is_personal, mask_answer, mask_direct, mask_words
from tools.train_words.corpus import Utterance, read

DATA = Path(__file__).parents[3] / "shared" / "pii"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir() and os.environ.get("CI") != "true",
    reason="the shared annotated transcripts are not beside the repository",
)


def leak_and_over(
    utterances: Sequence[Utterance], mask: Callable[[Sequence[str], str], list[bool]]
) -> tuple[float, float]:
    pairs = [
        (tier, masked)
        for each in utterances
        for tier, masked in zip(each.tiers, mask(each.words, each.locale), strict=True)
    ]
    personal = [masked for tier, masked in pairs if tier in (1, 2)]
    harmless = [masked for tier, masked in pairs if tier == 0]
    return 1 - sum(personal) / len(personal), sum(harmless) / len(harmless)


def test_names_of_callers_never_met_in_training_stay_masked() -> None:
    leak, over = leak_and_over(read(DATA, ["restaurant8k"], "en"), mask_words)
    assert leak <= 0.003
    assert over <= 0.16


def test_the_same_names_stay_masked_where_places_may_be_shown() -> None:
    leak, over = leak_and_over(read(DATA, ["restaurant8k"], "en"), mask_direct)
    assert leak <= 0.003
    assert over <= 0.10


def test_a_callers_name_alone_is_personal_and_an_everyday_word_mostly_not() -> None:
    """Each word as if it were a settled answer."""
    shown: dict[bool, list[bool]] = {True: [], False: []}
    alone: dict[str, bool] = {}
    for each in read(DATA, ["restaurant8k"], "en"):
        for word, tier in zip(each.words, each.tiers, strict=True):
            if tier != 3 and len(word) > 2 and any(map(str.isalpha, word)):
                if word not in alone:
                    alone[word] = not is_personal(word, "en-GB")
                shown[tier == 1].append(alone[word])
    assert sum(shown[True]) <= 0.015 * len(shown[True])
    assert sum(shown[False]) >= 0.90 * len(shown[False])


@pytest.mark.parametrize("language", ["en", "pl"])
def test_answers_to_identity_questions_show_no_name_code_or_birthday(
    language: str,
) -> None:
    leak, _ = leak_and_over(read(DATA, ["evi"], language), mask_answer)
    assert leak == 0


def test_cards_phones_and_account_numbers_read_out_are_masked_whole() -> None:
    spoken = read(DATA, ["presidio-synth-spoken"], "en")
    numbers = {
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
    }
    shown = [
        each.id
        for each in spoken
        for word, tier, masked in zip(
            each.words, each.tiers, mask_words(each.words, each.locale), strict=True
        )
        if tier == 1 and word in numbers and not masked
    ]
    assert shown == []


@pytest.mark.parametrize("language", ["ar", "da", "id", "it", "nl", "tr", "zh"])
def test_languages_known_by_list_show_most_words_and_few_places(language: str) -> None:
    """Both halves of xSID count, one of which the frames were chosen on."""
    leak, over = leak_and_over(read(DATA, ["xsid"], language), mask_words)
    assert leak <= 0.02
    assert over <= 0.30
