"""Blocks and views, checked as strictly as Slack does."""

from typing import Any

import pytest

from bot.sandbox.block_kit.block_checks import check_blocks, check_message_blocks
from bot.sandbox.block_kit.view_checks import check_view

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(value: str = "v", text: str = "x") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def an_input(element: Json | None = None, **more: Any) -> Json:
    inner = element or {"type": "plain_text_input", "action_id": "t"}
    return {"type": "input", "label": plain(), "element": inner, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **more}


@pytest.mark.parametrize(
    "block",
    [
        section("x" * 3000),
        section(fields=[plain("y" * 2000)] * 10),
        section(accessory=button()),
        section(accessory=select()),
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider"},
        {"type": "context", "elements": [plain()] * 10},
        actions(*[button(action_id=f"a{n}") for n in range(25)]),
        actions(button(url="https://a.example", style="primary", value="v" * 2000)),
        {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "i"},
        {"type": "markdown", "text": "# hi"},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": []}],
        },
    ],
)
def test_good_blocks_pass(block: Json) -> None:
    assert check_message_blocks([block]) == []


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (section("x" * 3001), "/blocks/0/text/text"),
        (section(""), "/blocks/0/text/text"),
        ({"type": "section"}, "/blocks/0"),
        (section(fields=[plain("y" * 2001)]), "/blocks/0/fields/0/text"),
        (section(fields=[plain()] * 11), "/blocks/0/fields"),
        (section(colour="red"), "/blocks/0"),
        (section(block_id="b" * 256), "/blocks/0/block_id"),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
            "/blocks/0/text/type",
        ),
        ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
        ({"type": "context", "elements": [plain()] * 11}, "/blocks/0/elements"),
        ({"type": "context", "elements": [button()]}, "/blocks/0/elements/0/type"),
        (actions(), "/blocks/0/elements"),
        (actions(button(text=plain("x" * 76))), "/blocks/0/elements/0/text/text"),
        (actions(button(value="v" * 2001)), "/blocks/0/elements/0/value"),
        (actions(button(style="loud")), "/blocks/0/elements/0/style"),
        (actions(button(url="javascript:alert(1)")), "/blocks/0/elements/0/url"),
        (actions(button(), button()), "/blocks/0"),
        (actions(select(options=[])), "/blocks/0/elements/0/options"),
        (actions(select(options=[option()] * 101)), "/blocks/0/elements/0/options"),
        (
            actions(select(options=[option(text="x" * 76)])),
            "/elements/0/options/0/text/text",
        ),
        (
            actions(select(options=[option(value="v" * 76)])),
            "/elements/0/options/0/value",
        ),
        (actions(select(option_groups=[])), "/blocks/0/elements/0"),
        (actions(select(initial_option=option("other"))), "/blocks/0/elements/0"),
        (
            actions({"type": "plain_text_input", "action_id": "t"}),
            "/blocks/0/elements/0/type",
        ),
        (an_input(), "/blocks/0/type"),
        ({"type": "alert", "text": plain()}, "/blocks/0/type"),
        ({"type": "banner"}, "/blocks/0/type"),
        ({}, "/blocks/0"),
        ("text", "/blocks/0"),
    ],
)
def test_bad_blocks_are_refused_with_a_pointer(block: Any, pointer: str) -> None:
    problems = check_message_blocks([block])
    assert problems
    assert any(
        pointer in p and p.endswith("]") and "[json-pointer:" in p for p in problems
    )


def test_at_most_fifty_blocks_and_no_block_id_twice() -> None:
    assert check_message_blocks([section()] * 50) == []
    assert check_message_blocks([section()] * 51)
    assert check_message_blocks([section(block_id="b"), section(block_id="b")])


@pytest.mark.parametrize(
    "view",
    [
        modal(section()),
        modal(
            an_input(),
            submit=plain("Ask"),
            close=plain("No"),
            private_metadata="m" * 3000,
        ),
        modal(*[section()] * 100),
        modal({"type": "alert", "text": plain()}),
        {"type": "home", "blocks": [section(), an_input(dispatch_action=True)]},
    ],
)
def test_good_views_pass(view: Json) -> None:
    assert check_view(view, view["type"]) == ([], False)


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(), "/view/blocks"),
        (modal(*[section()] * 101), "/view/blocks"),
        (modal(an_input()), "/view/submit"),
        (modal(section(), title=plain("x" * 25)), "/view/title/text"),
        (modal(section(), submit=plain("x" * 25)), "/view/submit/text"),
        (modal(section(), private_metadata="m" * 3001), "/view/private_metadata"),
        (modal(section(), callback_id="c" * 256), "/view/callback_id"),
        (modal(section(), colour="red"), "/view"),
        ({"type": "modal", "blocks": [section()]}, "/view"),
        ({"type": "home", "blocks": [section()]}, "/view/type"),
        (
            modal(an_input({"type": "button"}), submit=plain()),
            "/view/blocks/0/element/type",
        ),
        (
            modal(an_input({"type": "number_input", "action_id": "n"}), submit=plain()),
            "/view/blocks/0/element",
        ),
        (
            modal(
                an_input({"type": "plain_text_input", "max_length": 3001}),
                submit=plain(),
            ),
            "/view/blocks/0/element/max_length",
        ),
        (
            modal(
                an_input(
                    {"type": "plain_text_input", "min_length": 5, "max_length": 2}
                ),
                submit=plain(),
            ),
            "/view/blocks/0/element",
        ),
    ],
)
def test_bad_modals_are_refused_with_a_pointer(view: Json, pointer: str) -> None:
    problems, _ = check_view(view, "modal")
    assert any(f"[json-pointer:{pointer}" in p for p in problems), problems


def test_a_view_over_250_kb_is_too_large() -> None:
    assert check_view(modal(*[section("x" * 2990)] * 100), "modal") == ([], True)


def test_input_blocks_belong_into_views() -> None:
    assert check_blocks([an_input()], "home", "/view/blocks", 100, 1) == []
    assert check_blocks([an_input()], "message", "/blocks", 50, 0)
