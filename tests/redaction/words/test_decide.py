from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction.words import (
    explain_words,
    is_personal,
    mask_answer,
    mask_direct,
    mask_text,
    mask_words,
)
from bot.redaction.words.decide import MARK
from bot.redaction.words.word_lists import harmless_words

LANGUAGES_WITH_ONLY_A_LIST = [
    "fr",
    "es",
    "it",
    "nl",
    "ja",
    "zh",
    "ar",
    "hi",
    "pt",
    "tr",
]


def masked(text: str, locale: str = "en-US") -> list[str]:
    words = text.split()
    return [
        word
        for word, hidden in zip(words, mask_words(words, locale), strict=True)
        if hidden
    ]


def test_a_name_is_masked_and_the_command_around_it_is_kept() -> None:
    hidden = masked("please call zbigniew about the kitchen lights")
    assert "zbigniew" in hidden
    assert not {"please", "call", "kitchen", "lights"} & set(hidden)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("turn off the kitchen lights", "en-US"),
        ("what is the weather tomorrow", "en-GB"),
        ("add milk to my shopping list", "en"),
        ("licht im wohnzimmer aus", "de-DE"),
        ("hali ya hewa leo", "sw-KE"),
    ],
)
def test_everyday_commands_are_shown_whole(text: str, locale: str) -> None:
    assert masked(text, locale) == []


@pytest.mark.parametrize(
    ("text", "personal", "locale"),
    [
        ("my name is anneliese and i want a table", "anneliese", "en-GB"),
        ("remind me to email siobhan about the meeting", "siobhan", "en-US"),
        ("what is the weather in ouagadougou", "ouagadougou", "en-US"),
        ("erinnere mich an den termin mit frau schulze", "schulze", "de-DE"),
        ("mpigie wanjiku simu", "wanjiku", "sw-KE"),
    ],
)
def test_names_of_people_and_places_are_masked(
    text: str, personal: str, locale: str
) -> None:
    assert personal in masked(text, locale)


def test_a_time_written_in_figures_is_no_code() -> None:
    assert masked("book it for 8:15pm please") == []
    assert masked("book it for 4 people please") == []


def test_an_answer_to_an_identity_question_shows_no_part_of_it() -> None:
    words = ["the", "7th", "of", "april", "1996"]
    assert mask_words(words, "en-GB") == [False, True, False, True, True]
    assert mask_answer(["my", "name", "is", "may", "<?>"], "en-GB") == [False] * 3 + [
        True,
        False,
    ]
    assert mask_answer(["nimi", "on"], "fi-FI") == [True, True]


def test_a_name_is_masked_whether_places_are_or_not() -> None:
    words = "call anneliese in ouagadougou".split()
    assert mask_direct(words, "en-US")[1]
    assert mask_words(words, "en-US")[1]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("zero four nine four nine two eight two three two", "en-US"),
        ("four two four two four two four two four two four two", "en-GB"),
        ("j o h n s m i t h", "en-GB"),
        ("whiskey 2 0 alpha bravo", "en-GB"),
        ("null eins sieben zwei vier acht", "de-DE"),
        ("pięć sześć siedem osiem", "pl-PL"),
        ("sifuri saba mbili moja nne", "sw-KE"),
        ("r y s z a r d", "pl-PL"),
        ("94 421", "pl-PL"),
        ("erosser@hotmail", "en-US"),
        ("one nine five dot two zero six dot one three two dot one nine nine", "en-US"),
        ("plus four four seven seven zero zero six seven seven", "en-GB"),
        ("g b nine zero y n t u six seven two nine", "en-GB"),
    ],
)
def test_what_is_spelled_or_read_out_is_masked_as_a_whole(
    text: str, locale: str
) -> None:
    assert masked(text, locale) == text.split()


def test_an_email_read_out_is_masked_with_its_signs() -> None:
    assert masked("send it to peter at gmail dot com", "en-US") == [
        "peter",
        "at",
        "gmail",
        "dot",
        "com",
    ]


def test_a_language_without_a_list_masks_every_word() -> None:
    assert mask_words(["mik", "on", "a"], "fi-FI") == [True, True, True]


@pytest.mark.parametrize("locale", ["", "??", "../en", "x" * 300, "12"])
def test_a_locale_that_makes_no_sense_masks_every_word(locale: str) -> None:
    assert mask_words(["the", "weather"], locale) == [True, True]


@pytest.mark.parametrize("language", LANGUAGES_WITH_ONLY_A_LIST)
def test_other_languages_show_function_words_and_nothing_else(language: str) -> None:
    shown = sorted(word for word in harmless_words(language) if len(word) > 1)[:5]
    assert len(shown) == 5
    for word in shown:
        assert mask_words([word, "zbigniew"], language) == [False, True]


def test_a_region_falls_back_to_its_language() -> None:
    words = ["what", "is", "the", "weather"]
    for locale in ("en", "en-US", "en-GB", "en_AU", "EN-nz"):
        assert mask_words(words, locale) == [False] * 4


def test_the_muddled_word_is_never_masked_and_never_helps() -> None:
    assert mask_words(["play", "<?>", "zbigniew"], "en-US") == [False, False, True]
    assert mask_words(["<?>"], "fi-FI") == [False]


def test_every_decision_says_why() -> None:
    decisions = explain_words(
        ["call", "zbigniew", "at", "5", "5", "5", "1", "2"], "en-US"
    )
    assert [d.word for d in decisions] == [
        "call",
        "zbigniew",
        "at",
        "5",
        "5",
        "5",
        "1",
        "2",
    ]
    assert all(decision.why for decision in decisions)


def test_an_answer_with_a_name_is_personal_and_a_plain_one_is_not() -> None:
    assert is_personal("zbigniew", "en-US")
    assert is_personal("call Zbigniew", "en-US")
    assert not is_personal("the lights", "en-US")
    assert not is_personal("", "en-US")


@pytest.mark.parametrize(
    ("answer", "locale"),
    [
        *(
            (word, "en-US")
            for word in "kitchen kettle pizza volume dentist bedroom lights".split()
        ),
        *((word, "en-GB") for word in ("5", "five", "kitchen lights", "the", "7pm")),
        *((word, "de-DE") for word in ("küche", "wohnzimmer", "lampe", "fünf", "7")),
        ("7", "pl-PL"),
        ("7", "fr-FR"),
    ],
)
def test_an_answer_of_everyday_words_or_one_figure_is_not_personal(
    answer: str, locale: str
) -> None:
    assert not is_personal(answer, locale)
    assert mask_text(answer, locale) == answer


@pytest.mark.parametrize(
    ("answer", "locale"),
    [
        *(
            (name, "en-US")
            for name in "zbigniew anna smith berlin rose mark fielder".split()
        ),
        *(
            (text, "en-GB")
            for text in ("25", "twelve", "twenty five", "1984", "call rose", "a b c")
        ),
        *(
            (name, "de-DE")
            for name in ("annegret", "schulze", "hamburg", "25", "zwölf")
        ),
        *((text, "pl-PL") for text in ("kowalska", "25", "dwa pięć")),
        ("25", "fr-FR"),
        ("7", "fi-FI"),
    ],
)
def test_an_answer_with_a_name_or_two_figures_is_personal(
    answer: str, locale: str
) -> None:
    assert is_personal(answer, locale)


def test_a_longer_text_is_judged_as_a_transcript_is() -> None:
    text = "she said the west kitchen near the old street"
    marked = [
        MARK if hidden else word
        for word, hidden in zip(
            text.split(), mask_words(text.split(), "en"), strict=True
        )
    ]
    assert mask_text(text, "en").split() == marked


def test_masked_text_keeps_its_shape() -> None:
    shown = mask_text(" Please call  Zbigniew\nabout the kitchen lights ", "en-US")
    assert shown.startswith(f" Please call  {MARK}\n")
    assert shown.endswith(" kitchen lights ")


def test_capitals_punctuation_and_wide_letters_change_nothing() -> None:
    words = ["Ｗhat", "IS", "the", "weather?", "-"]
    assert mask_words(words, "en-US") == [False] * 5
    assert mask_words(["Zbigniew,"], "en-US") == [True]


@pytest.mark.parametrize(
    "words", [[], [""], ["\u202e"], ["<?>", "<?>"], ["x" * 5000], ["🙂"]]
)
def test_odd_input_gets_one_flag_per_word(words: list[str]) -> None:
    assert len(mask_words(words, "en-US")) == len(words)


def test_lists_are_written_in_lower_case_without_repeats_on_a_line() -> None:
    for language in ["en", "de", "pl", "sw", *LANGUAGES_WITH_ONLY_A_LIST]:
        words = sorted(harmless_words(language))
        assert len(words) > 50
        assert all(a != b for a, b in pairwise(words))
        assert all(word == word.casefold() for word in words)


@given(
    st.lists(
        st.sampled_from("zero one two three four five six seven eight nine oh".split()),
        min_size=4,
        max_size=16,
    )
)
def test_four_or_more_digits_read_out_are_masked_in_any_sentence(
    digits: list[str],
) -> None:
    words = ["the", "thing", "is", *digits, "thank", "you"]
    assert all(mask_words(words, "en-US")[3 : 3 + len(digits)])


@given(
    st.lists(st.text(max_size=12), max_size=12),
    st.sampled_from(["en", "de", "sw", "pl", "fi", "zh"]),
)
def test_any_words_in_any_language_get_one_flag_each(
    words: list[str], locale: str
) -> None:
    assert len(mask_words(words, locale)) == len(words)
    assert len(mask_answer(words, locale)) == len(words)
