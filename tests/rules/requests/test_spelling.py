"""When two spellings are one word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.requests.spelling import reading, same_reading


@pytest.mark.parametrize(
    ("one", "other", "locale"),
    [
        ("Lamp", "lamp ", "en-US"),
        ("okay", "OK", "en-GB"),
        ("don't", "dont", "en-US"),
        ("don’t", "don't", "en-US"),
        ("7", "seven", "en-US"),
        ("21", "twenty-one", "en-US"),
        ("105", "one hundred five", "en-US"),
        ("colour", "color", "en-GB"),
        ("ＬＡＭＰ", "lamp", "en-US"),
        ("lamp.", "lamp", "fr-FR"),
        ("Straße", "strasse", "de-DE"),
        ("21", "einundzwanzig", "de-DE"),
        ("zwo", "2", "de-AT"),
        ("30", "dreißig", "de-DE"),
        ("أحمد", "احمد", "ar"),
        ("مُوسِيقَى", "موسيقي", "ar-EG"),
        ("٧", "سبعة", "ar"),
        ("7", "٧", "ar"),
    ],
)
def test_these_are_one_word(one: str, other: str, locale: str) -> None:
    assert same_reading(one, other, locale)


@pytest.mark.parametrize(
    ("one", "other", "locale"),
    [
        ("lamp", "lamb", "en-US"),
        ("notable", "no table", "en-US"),
        ("schon", "schön", "de-DE"),
        ("07", "7", "en-US"),
        ("سبعة", "تسعة", "ar"),
        ("light", "lamp", "en-US"),
    ],
)
def test_these_are_two_words(one: str, other: str, locale: str) -> None:
    assert not same_reading(one, other, locale)


@given(st.text(max_size=60), st.sampled_from(["en-US", "de-DE", "ar", "ja", ""]))
def test_a_reading_reads_as_itself(text: str, locale: str) -> None:
    once = reading(text, locale)
    assert reading(once, locale) == once
