"""Languages without a model: what is planted is masked, everyday words are shown."""

from collections import Counter

import pytest

from bot.redaction.words import mask_words
from bot.redaction.words.listed.tables import FRAME_KEYS, LISTED, table_of
from bot.redaction.words.word_lists import keyed_words, month_names, number_words
from tests.redaction.words.planted_sentences import planted

MAY_BE_EMPTY = {
    "titles_after",
    "determiners",
    "joiners",
    "linkers",
    "letters",
    "prepositions",
}


@pytest.mark.parametrize("language", LISTED)
def test_a_language_has_all_that_a_language_needs(language: str) -> None:
    table = table_of(language)
    assert len(table.harmless) > 1500
    assert table.places
    assert len(number_words(language)) >= 15
    assert len(month_names(language)) >= 12
    written = keyed_words(language, "frames")
    missing = set(FRAME_KEYS) - set(written) - MAY_BE_EMPTY
    unknown = set(written) - set(FRAME_KEYS) - {"heads"}
    assert (missing, unknown) == (set(), set())


@pytest.mark.parametrize("language", LISTED)
def test_no_listed_word_is_a_name_or_a_place(language: str) -> None:
    table = table_of(language)
    closed = table.harmless - table.doubtful - table.places
    assert table.doubtful.isdisjoint(closed)


@pytest.mark.parametrize("language", LISTED)
def test_planted_numbers_and_codes_are_never_shown_and_names_hardly_ever(
    language: str,
) -> None:
    met: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for sentence in planted(language):
        flags = mask_words(sentence.words, language)
        for kind, masked in zip(sentence.kinds, flags, strict=True):
            met[kind] += 1
            shown[kind] += not masked
    assert shown["digits"] == 0
    assert shown["figures"] == 0
    assert shown["street"] == 0
    assert shown["name"] <= 0.01 * met["name"]
    assert shown[""] >= 0.5 * met[""]
