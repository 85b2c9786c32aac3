"""Translations: languages are found by locale, forms by CLDR, and English is the last."""

import gettext
from pathlib import Path

import pytest

from bot.text import text
from bot.text.catalogue import catalogue
from bot.text.language import (
    ENGLISH,
    LANGUAGES,
    PSEUDO,
    direction_of,
    language,
    language_accepted,
    language_for,
    speaking,
)
from bot.text.translation import plural_categories, plural_category, translation
from tools import translations

NUMBERS = [*range(250), 1_000, 1_000_000, 1_000_001, 2_000_000]
TARGETS = ["ar", "de", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt-BR", "tr"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the tool write its files into a folder of the test."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    return tmp_path


@pytest.mark.parametrize("tag", TARGETS)
def test_gettext_and_cldr_choose_the_same_form(tag: str) -> None:
    rule = translations.plural_forms(tag).partition("plural=")[2].rstrip(";")
    index_of = gettext.c2py(rule)  # type: ignore[attr-defined]
    categories = plural_categories(tag)
    for number in NUMBERS:
        assert categories[index_of(number)] == plural_category(tag, number)


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en-US", ENGLISH),
        ("en_GB", ENGLISH),
        ("sw-KE", ENGLISH),
        ("", ENGLISH),
        (None, ENGLISH),
        ("ar-xb", PSEUDO),
    ],
)
def test_a_locale_without_a_catalogue_is_english(locale: str | None, tag: str) -> None:
    assert language_for(locale) == tag


@pytest.mark.parametrize(
    "header",
    ["", "xx", "en;q=0.9, ar-XB;q=0.1", "*", ";;;q=,", "de-;q=x", "en;q=1.0.0"],
)
def test_a_header_that_names_nothing_known_is_english(header: str) -> None:
    assert language_accepted(header) == ENGLISH


def test_the_most_wanted_known_language_is_taken() -> None:
    assert language_accepted("sw, en;q=0.3, ar-XB;q=0.7") == PSEUDO


def test_a_language_is_spoken_within_its_context_only() -> None:
    english = text("common.ago.minutes", count=2)
    with speaking(PSEUDO):
        assert language() == PSEUDO
        assert text("common.ago.minutes", count=2) != english
    assert language() == ENGLISH
    assert text("common.ago.minutes", count=2) == english


def test_every_sentence_has_a_form_in_the_made_up_language() -> None:
    made_up = translation(PSEUDO)
    assert made_up.keys() == catalogue().keys()
    for key, entry in catalogue().items():
        assert made_up[key] != entry


def test_directions() -> None:
    assert direction_of("ar-EG") == direction_of("he") == direction_of(PSEUDO) == "rtl"
    assert {direction_of("de"), direction_of("ja")} == {"ltr"}


@pytest.mark.usefixtures("folder")
def test_an_imported_sentence_is_done_and_the_others_wait_for_a_translator() -> None:
    missing = translations.import_sentences("de", {"common.time_left.over": "um"})
    assert "common.time_left.over" not in missing
    assert "common.ago.now" in missing


def test_english_is_the_first_language() -> None:
    assert LANGUAGES[0] == ENGLISH
