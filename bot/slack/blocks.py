"""Pure builders for Block Kit; each returns a plain dictionary.

Limits: https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from collections.abc import Sequence
from typing import Any

from bot.text import text as sentence

Block = dict[str, Any]

# The summary of a message, for its notification, and its blocks.
Content = tuple[str, list[Block]]

MAX_OPTION_TEXT = 75
MAX_SECTION_TEXT = 3000

# Embeddings, overrides and isolates of Unicode's bidirectional algorithm: they could
# turn round the text around them. Marks (LRM, RLM) stay, which people type.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Return a name for mrkdwn, without mentions, links or channels in it.

    Slack still reads `_a_` and `:fire:`; for what people typed use `typed_section`.
    """
    text = _BIDI_CONTROLS.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(text: str) -> str:
    return f"*{text}*"


def code(text: str) -> str:
    return f"`{text}`"


def link(
    url: str,
    label: str,
) -> str:
    return f"<{url}|{label}>"


def mention(user_id: str) -> str:
    return f"<@{user_id}>"


def mention_group(group_id: str) -> str:
    return f"<!subteam^{group_id}>"


def mention_channel(channel_id: str) -> str:
    return f"<#{channel_id}>"


def join_parts(*parts: str) -> str:
    """Return the parts that are not empty, in one line with dots between them."""
    return " · ".join(part for part in parts if part)


def plain(text: str) -> Block:
    return {
        "type": "plain_text",
        "text": text,
        "emoji": True,
    }


def mrkdwn(text: str) -> Block:
    return {
        "type": "mrkdwn",
        "text": text,
        # Slack makes no links and mentions of its own out of what it reads as such.
        "verbatim": True,
    }


def section(
    text: str,
    accessory: Block | None = None,
    block_id: str | None = None,
) -> Block:
    block: Block = {
        "type": "section",
        "text": mrkdwn(text[:MAX_SECTION_TEXT]),
    }
    if accessory is not None:
        block["accessory"] = accessory
    if block_id is not None:
        block["block_id"] = block_id
    return block


def typed(text: str) -> Block:
    """Return a text that holds typed words: Slack shows it letter by letter."""
    return {
        "type": "plain_text",
        "text": _BIDI_CONTROLS.sub("", text)[:MAX_SECTION_TEXT],
        "emoji": False,
    }


def typed_section(text: str) -> Block:
    return {
        "type": "section",
        "text": typed(text),
    }


def typed_context(text: str) -> Block:
    return {
        "type": "context",
        "elements": [typed(text)],
    }


def context(text: str) -> Block:
    return {
        "type": "context",
        "elements": [mrkdwn(text)],
    }


def quote(text: str) -> Block:
    """Return a person's own words; Slack does not read rich text as mrkdwn."""
    words = {
        "type": "text",
        "text": _BIDI_CONTROLS.sub("", text),
    }
    quoted = {
        "type": "rich_text_quote",
        "elements": [words],
    }
    return {
        "type": "rich_text",
        "elements": [quoted],
    }


def header(text: str) -> Block:
    return {
        "type": "header",
        "text": plain(text),
    }


def literal(text: str) -> Block:
    """Return text that is shown exactly as it is, to be copied."""
    words = {
        "type": "text",
        "text": text,
    }
    shown = {
        "type": "rich_text_preformatted",
        "elements": [words],
    }
    return {
        "type": "rich_text",
        "elements": [shown],
    }


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block) -> Block:
    return {
        "type": "actions",
        "elements": list(elements),
    }


def button(
    text: str,
    action_id: str,
    *,
    value: str | None = None,
    url: str | None = None,
    style: str | None = None,
    label: str | None = None,
) -> Block:
    """Return a button; `label` is the longer text for screen readers."""
    block: Block = {
        "type": "button",
        "text": plain(text),
        "action_id": action_id,
    }
    if value is not None:
        block["value"] = value
    if url is not None:
        block["url"] = url
    if style is not None:
        block["style"] = style
    if label is not None:
        block["accessibility_label"] = label
    return block


def option(
    text: str,
    value: str,
) -> Block:
    if len(text) > MAX_OPTION_TEXT:
        text = text[: MAX_OPTION_TEXT - 1] + "…"
    return {
        "text": plain(text),
        "value": value,
    }


def field(
    block_id: str,
    label: str,
    element: Block,
    *,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """Return an input block; its element's action_id is the block's id."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {
            **element,
            "action_id": block_id,
        },
        "optional": optional,
    }
    if hint is not None:
        block["hint"] = plain(hint)
    if dispatch:
        block["dispatch_action"] = True
    return block


def text_input(
    initial: str = "",
    placeholder: str = "",
    max_length: int | None = None,
    *,
    on_enter: bool = False,
) -> Block:
    element: Block = {"type": "plain_text_input"}
    if initial:
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = plain(placeholder)
    if max_length is not None:
        element["max_length"] = max_length
    if on_enter:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return element


def select(
    options: Sequence[Block],
    placeholder: str,
    initial: Block | None = None,
) -> Block:
    element: Block = {
        "type": "static_select",
        "placeholder": plain(placeholder),
        "options": list(options),
    }
    if initial is not None:
        element["initial_option"] = initial
    return element


def user_select(placeholder: str) -> Block:
    return {
        "type": "users_select",
        "placeholder": plain(placeholder),
    }


def checkboxes(
    options: Sequence[Block],
    initial: Sequence[Block] = (),
) -> Block:
    element: Block = {
        "type": "checkboxes",
        "options": list(options),
    }
    if initial:
        element["initial_options"] = list(initial)
    return element


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str | None = None,
    private_metadata: str = "",
) -> Block:
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "close": plain(close or sentence("common.button.close")),
        "blocks": list(blocks),
        "private_metadata": private_metadata,
    }
    if submit is not None:
        view["submit"] = plain(submit)
    return view
