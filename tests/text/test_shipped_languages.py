"""Every shipped language is whole: each sentence, its values, its forms, its length."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from bot.text.catalogue import Entry, catalogue
from bot.text.english import is_translated
from bot.text.language import ENGLISH, LANGUAGES
from bot.text.translation import (
    message_id,
    plural_categories,
    read_translation,
    translation,
)

SLACK = Path(__file__).parents[2] / "bot" / "slack"
SHIPPED = [tag for tag in LANGUAGES if tag != ENGLISH]
# Forms for none, one and two may write the number as a word.
IN_WORDS = {"zero", "one", "two"}
# Phrases of so many words are names or codes, which may be the same in two languages.
MAY_BE_THE_SAME = 3
# Slack's limits by the function of bot/slack/blocks.py or the keyword of a call.
LIMITS = {
    "button": 75,
    "close": 24,
    "header": 150,
    "modal": 24,
    "option": 75,
    "placeholder": 150,
    "select": 150,
    "submit": 24,
    "title": 24,
    "user_select": 150,
}


def forms(entry: Entry) -> dict[str, str]:
    return {"other": entry} if isinstance(entry, str) else dict(entry)


def placeholders(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name}


def source() -> dict[str, Entry]:
    return {key: entry for key, entry in catalogue().items() if is_translated(key)}


@pytest.mark.parametrize("tag", SHIPPED)
def test_every_sentence_is_translated_and_none_is_fuzzy(tag: str) -> None:
    assert source().keys() - translation(tag).keys() == set()
    stale = []
    for message in read_translation(tag):
        key = str(message.context)
        if message.id and message.id != message_id(source().get(key)):
            stale.append(key)
    assert stale == [], "run: python -m tools.translations update"


@pytest.mark.parametrize("tag", SHIPPED)
def test_a_translation_has_the_values_of_its_sentence(tag: str) -> None:
    for key, entry in source().items():
        wanted = placeholders(forms(entry)["other"])
        for category, form in forms(translation(tag)[key]).items():
            found = placeholders(form)
            allowed = {"count"} if category in IN_WORDS else set()
            assert found <= wanted, f"{tag} {key} {category}"
            assert wanted - found <= allowed, f"{tag} {key} {category}"


@pytest.mark.parametrize("tag", SHIPPED)
def test_a_translation_has_the_forms_of_its_language(tag: str) -> None:
    for key, entry in source().items():
        translated = translation(tag)[key]
        if isinstance(entry, str):
            assert isinstance(translated, str), key
        else:
            assert set(forms(translated)) == set(plural_categories(tag)), key


@pytest.mark.parametrize("tag", SHIPPED)
def test_no_english_is_left_over(tag: str) -> None:
    for key, entry in source().items():
        english = set(forms(entry).values())
        for form in forms(translation(tag)[key]).values():
            is_short = len(form.split()) <= MAY_BE_THE_SAME
            assert is_short or form not in english, f"{tag} {key}"


def limited_keys() -> Iterator[tuple[str, int]]:
    """Yield the keys that stand in a field of Slack with a limit, and the limit."""
    for path in sorted(SLACK.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func).rpartition(".")[2]
            if name in LIMITS:
                for argument in call.args:
                    yield from ((key, LIMITS[name]) for key in key_of(argument))
            for keyword in call.keywords:
                if keyword.arg in LIMITS:
                    limit = LIMITS[keyword.arg]
                    yield from ((key, limit) for key in key_of(keyword.value))


def key_of(node: ast.expr) -> list[str]:
    """Return the keys that a call of `text` may name; a computed key has a prefix."""
    if not isinstance(node, ast.Call) or ast.unparse(node.func) != "text":
        return []
    key = node.args[0]
    if isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
        prefix = str(key.values[0].value)
        return [each for each in catalogue() if each.startswith(prefix)]
    return [str(key.value)] if isinstance(key, ast.Constant) else []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_sentence_fits_into_its_field_in_slack(tag: str) -> None:
    found = list(limited_keys())
    assert len(found) > len(LIMITS)
    too_long = []
    for key, limit in found:
        for form in forms(translation(tag).get(key, catalogue()[key])).values():
            if len(form) > limit:
                too_long.append((key, limit, len(form), form))
    assert too_long == []
