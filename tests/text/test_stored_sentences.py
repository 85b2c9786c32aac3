"""A sentence that is stored can be read in every language later."""

import copy
import json
import pickle

import pytest

from bot.text import spoken_again, stored, text
from bot.text.language import LANGUAGES, speaking
from bot.text.lists import in_a_row

KEY = "sources.side_file.too_large"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stored_sentence_is_read_in_the_language_of_its_reader(
    language: str,
) -> None:
    kept = stored(text(KEY, what=text("sources.side_file.transcript"), most=4))
    with speaking(language):
        label = text("sources.side_file.transcript")
        assert spoken_again(kept) == text(KEY, what=label, most=4)


def test_a_sentence_is_copied_with_its_key() -> None:
    sentence = text("common.time_left.hours", count=3)
    for copied in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert copied == sentence
        assert stored(copied) == stored(sentence)


def test_a_number_chooses_the_form_of_its_reader_too() -> None:
    kept = stored(text("common.time_left.hours", count=3))
    with speaking("pl"):
        assert spoken_again(kept) == text("common.time_left.hours", count=3)


@pytest.mark.parametrize(
    "kept",
    [
        "This recording cannot be read.",
        "",
        "12",
        "[]",
        '{"key": "no.such.key", "values": {}}',
        json.dumps({"key": KEY, "values": {"what": "The file"}}),
        json.dumps({"key": [], "values": {}}),
        json.dumps({"key": KEY}),
    ],
)
def test_a_text_of_an_earlier_release_is_read_as_it_is(kept: str) -> None:
    assert spoken_again(kept) == kept
    assert stored(kept) == kept


@pytest.mark.parametrize(
    ("language", "listed"),
    [("en", "a, b, c"), ("ja", "a b c"), ("ar", "a، وb، وc")],
)
def test_a_list_is_divided_as_its_language_divides_lists(
    language: str, listed: str
) -> None:
    with speaking(language):
        assert in_a_row(["a", "b", "c"]) == listed
        assert in_a_row([]) == ""
