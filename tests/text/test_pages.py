"""No template and no script of the pages holds a sentence of its own."""

from pathlib import Path

import pytest

from bot.text.catalogue import catalogue, keys_below
from tests.text.page_sources import (
    script_keys,
    scripts,
    template_calls,
    templates,
    text_in_script,
    text_in_template,
)

ENDED = "Your sign-in has ended: reload the page."


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_a_template_holds_no_sentence(path: Path) -> None:
    assert text_in_template(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_a_script_holds_no_sentence(path: Path) -> None:
    assert text_in_script(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Nothing waits.</p>", ["Nothing waits."]),
        ('<button aria-label="Skip">+</button>', ["Skip"]),
        ('<input placeholder="its id">', ["its id"]),
        ('<p>{{ "Send" if mine else "Send it" }}</p>', ["Send", "Send it"]),
        ('<p class="big">{{ text("common.ok") }} 1.5 · help-clip</p>', []),
        ('<script type="application/json">{"Some": "data"}</script>', []),
    ],
)
def test_text_in_a_template_is_found(source: str, found: list[str]) -> None:
    assert text_in_template(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('label.textContent = "Play";', ["Play"]),
        ("// Don't look here\nshow(`Saved ${count} lines.`);", ["Saved lines."]),
        ('show("Your sign-in has ended: reload the page.");', [ENDED]),
        ("show('the export broke off');", ["the export broke off"]),
        ('root.querySelector("button, input"); on("Escape");', []),
        ('pen.font = "600 13px system-ui, sans-serif";', []),
    ],
)
def test_text_in_a_script_is_found(source: str, found: list[str]) -> None:
    assert text_in_script(source) == found


def test_scripts_name_only_sentences_that_the_page_brings_and_all_of_them() -> None:
    in_scripts = {key for _, key in script_keys()}
    in_templates = set()
    for _, argument, _ in template_calls():
        key = getattr(argument, "value", "")
        in_templates.add(str(key).removeprefix("pages.script."))
    brought = keys_below("pages.script")
    assert in_scripts <= brought
    assert brought <= in_scripts | in_templates
    assert catalogue()["pages.script.play"] == "Play"
