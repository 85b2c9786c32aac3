"""What `help-clip check` reports about each desk's language."""

from dataclasses import replace

import pytest

from bot.cli.checks.languages import language_lines
from bot.config.desks_file import parse_desks
from bot.rules.desks import Desks


def desks(locale: str) -> Desks:
    section = {
        "locale": locale,
        "channel": "C0HELP1",
        "reviewers": {"users": ["U0REVIEW1"]},
        "leads": {"users": ["U0LEAD1"]},
    }
    return parse_desks({"desks": {"one": section}})


@pytest.mark.parametrize(
    ("locale", "words", "spellings", "interface"),
    [
        ("de-DE", "masked by a model", "with a table", "threads speak the language"),
        ("sw-KE", "masked by a model", "letter by letter", "English"),
        ("fr-FR", "known by list", "with a table", "threads speak the language"),
        ("fi-FI", "every word is masked", "letter by letter", "English"),
    ],
)
def test_each_desk_has_a_line_for_words_spellings_and_interface(
    locale: str,
    words: str,
    spellings: str,
    interface: str,
) -> None:
    of_words, of_spellings, of_interface = language_lines(desks(locale))
    assert words in of_words.subject
    assert spellings in of_spellings.subject
    assert interface in of_interface.subject
    assert of_words.problem is None
    assert of_spellings.problem is None
    assert of_interface.problem is None


def test_every_desk_is_named() -> None:
    found = desks("pl-PL")
    two = {**found.desks, "two": replace(found.desks["one"], id="two")}
    lines = list(language_lines(replace(found, desks=two)))
    assert len(lines) == 6
    assert "Desk two" in lines[-1].subject
