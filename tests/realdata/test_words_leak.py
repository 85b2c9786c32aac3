"""The masks on annotated transcripts the models were not trained on."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.redaction.words import mask_answer, mask_words
from bot.redaction.words_corpus import Utterance, read

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
    assert leak <= 0.005
    assert over <= 0.20


@pytest.mark.parametrize("language", ["en", "pl"])
def test_answers_to_identity_questions_show_no_name_code_or_birthday(language: str) -> None:
    leak, _ = leak_and_over(read(DATA, ["evi"], language), mask_answer)
    assert leak == 0


def test_cards_phones_and_account_numbers_read_out_are_masked_whole() -> None:
    spoken = read(DATA, ["presidio-synth-spoken"], "en")
    numbers = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
    shown = [
        each.id
        for each in spoken
        for word, tier, masked in zip(
            each.words, each.tiers, mask_words(each.words, each.locale), strict=True
        )
        if tier == 1 and word in numbers and not masked
    ]
    assert shown == []
