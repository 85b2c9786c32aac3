"""Check blocks as Slack does. Each problem ends in `[json-pointer:...]`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.sandbox.block_kit.checks import (
    Check,
    also,
    anything,
    flag,
    integer,
    listing,
    matching,
    one_of,
    problem,
    record,
    string,
    typed,
    url,
)
from bot.sandbox.block_kit.element_checks import IMAGE
from bot.sandbox.block_kit.element_places import (
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from bot.sandbox.block_kit.elements import elements_of
from bot.sandbox.block_kit.rich_text_checks import RICH_TEXT
from bot.sandbox.block_kit.text_checks import BLOCK_ID, any_text, mrkdwn, plain_text

MAX_MESSAGE_BLOCKS = 50
MAX_MARKDOWN_CHARS = 12_000


_CARD_CONTENT = {"hero_image", "title", "actions", "body"}
_IMAGE_TITLE = plain_text(2000)


def _block(
    kind: str,
    required: dict[str, Check],
    **optional: Check,
) -> Check:
    return record(
        {
            "type": one_of(kind),
            **required,
        },
        {
            "block_id": BLOCK_ID,
            **optional,
        },
    )


def _check_text_or_fields(value: Any, pointer: str) -> list[str]:
    if {"text", "fields"}.intersection(value):
        return []
    return problem("either text or fields must be specified", pointer)


def _check_card_content(value: Any, pointer: str) -> list[str]:
    if _CARD_CONTENT.intersection(value):
        return []
    return problem("a card needs hero_image, title, actions or body", pointer)


def _check_image_block(value: Any, pointer: str) -> list[str]:
    """Check an image block: an image element with a title and a block_id."""
    element = dict(value)
    block_id = element.pop("block_id", "")
    title = element.pop("title", None)
    found = IMAGE(element, pointer)
    if "title" in value:
        found += _IMAGE_TITLE(title, f"{pointer}/title")
    return found + BLOCK_ID(block_id, pointer)


_HTTPS = matching(r"https://\S{1,2990}", "HTTPS URL")
_CELL = typed(
    {
        "rich_text": RICH_TEXT,
        "raw_text": record(
            {
                "type": one_of("raw_text"),
                "text": string(3000, shortest=0),
            }
        ),
        "raw_number": record(
            {
                "type": one_of("raw_number"),
                "text": string(3000),
                "value": anything,
            }
        ),
    }
)
_CARD = also(
    _block(
        "card",
        {},
        title=mrkdwn(150),
        subtitle=mrkdwn(150),
        body=mrkdwn(200),
        icon=IMAGE,
        hero_image=IMAGE,
        actions=listing(IN_ACTIONS, 1, 3),
    ),
    _check_card_content,
)
_EVERYWHERE: dict[str, Check] = {
    "section": also(
        _block(
            "section",
            {},
            text=any_text(3000),
            fields=listing(any_text(2000), 1, 10),
            accessory=IN_SECTION,
            expand=flag,
        ),
        _check_text_or_fields,
    ),
    "header": _block("header", {"text": plain_text(150)}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": listing(IN_CONTEXT, 1, 10)}),
    "actions": _block("actions", {"elements": listing(IN_ACTIONS, 1, 25)}),
    "context_actions": _block(
        "context_actions", {"elements": listing(IN_CONTEXT_ACTIONS, 1, 5)}
    ),
    "image": _check_image_block,
    "markdown": _block("markdown", {"text": string(MAX_MARKDOWN_CHARS)}),
    "rich_text": RICH_TEXT,
    "table": _block(
        "table",
        {"rows": listing(listing(_CELL, 1, 20), 1, 100)},
        column_settings=listing(anything, 0, 20),
    ),
    "video": _block(
        "video",
        {
            "title": plain_text(199),
            "alt_text": string(2000),
            "thumbnail_url": url(),
            "video_url": _HTTPS,
        },
        title_url=_HTTPS,
        description=plain_text(199),
        author_name=string(49),
        provider_name=string(255),
        provider_icon_url=url(),
    ),
    "card": _CARD,
    "carousel": _block(
        "carousel", {"elements": listing(typed({"card": _CARD}), 1, 10)}
    ),
}
_INPUT = _block(
    "input",
    {
        "label": plain_text(2000),
        "element": IN_INPUT,
    },
    hint=plain_text(2000),
    optional=flag,
    dispatch_action=flag,
)
_CHILDREN = {
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "rich_text",
    "section",
    "table",
    "video",
    "input",
}


def _container(kinds: dict[str, Check]) -> Check:
    """Return the check of a container on a surface that knows these kinds of block."""
    children = {kind: kinds[kind] for kind in _CHILDREN if kind in kinds}
    return _block(
        "container",
        {"child_blocks": listing(typed(children), 1, 10)},
        title=plain_text(150),
        rich_text_title=RICH_TEXT,
        subtitle=any_text(150),
        icon=IMAGE,
        width=one_of("narrow", "standard", "wide", "full"),
        default_collapsed=flag,
        has_header_divider=flag,
        is_collapsible=flag,
    )


_MESSAGE_ONLY: dict[str, Check] = {
    "plan": _block("plan", {"title": string(3000)}, tasks=listing(anything, 0, 50)),
    "task_card": _block(
        "task_card",
        {
            "task_id": string(255),
            "title": string(3000),
            "status": one_of("pending", "in_progress", "complete", "error"),
        },
        details=RICH_TEXT,
        output=RICH_TEXT,
        sources=listing(anything, 0, 50),
    ),
    "data_table": _block(
        "data_table",
        {
            "caption": string(2000),
            "rows": listing(listing(_CELL, 1, 20), 1, 200),
        },
        page_size=integer(1, 100),
        row_header_column_index=integer(0, 19),
    ),
}
_MODAL_ONLY: dict[str, Check] = {
    "alert": _block(
        "alert",
        {"text": any_text(200)},
        level=one_of(
            "default",
            "info",
            "warning",
            "error",
            "success",
        ),
    )
}
_IN_MESSAGE = {
    **_EVERYWHERE,
    **_MESSAGE_ONLY,
}
_IN_HOME = {
    **_EVERYWHERE,
    "input": _INPUT,
}
_IN_MODAL = {
    **_IN_HOME,
    **_MODAL_ONLY,
}
SURFACES: dict[str, Check] = {
    name: typed(
        {
            **kinds,
            "container": _container(kinds),
        }
    )
    for name, kinds in (
        ("message", _IN_MESSAGE),
        ("home", _IN_HOME),
        ("modal", _IN_MODAL),
    )
}


def check_blocks(
    blocks: Any,
    surface: str,
    pointer: str,
    most: int,
    least: int,
) -> list[str]:
    """Return the problems of blocks on a surface (message, modal, home)."""
    check_each = listing(SURFACES[surface], least, most)
    found = check_each(blocks, pointer)
    if found:
        # The checks across blocks rely on blocks of the right shape.
        return found
    return [
        *_check_block_ids(blocks, pointer),
        *_check_action_ids(blocks, pointer),
        *_check_markdown_length(blocks, pointer),
    ]


def check_message_blocks(blocks: Any) -> list[str]:
    """Return the problems of a message's blocks."""
    return check_blocks(
        blocks,
        "message",
        "/blocks",
        MAX_MESSAGE_BLOCKS,
        0,
    )


def _check_block_ids(blocks: list[Any], pointer: str) -> list[str]:
    block_ids = [block.get("block_id") for block in blocks]
    counts = Counter(block_id for block_id in block_ids if block_id)
    found: list[str] = []
    for position, block_id in enumerate(block_ids):
        if counts[block_id] > 1:
            found += problem(
                f"block_id already exists: {block_id}",
                f"{pointer}/{position}/block_id",
            )
    return found


def _check_action_ids(blocks: list[Any], pointer: str) -> list[str]:
    found: list[str] = []
    for position, block in enumerate(blocks):
        action_ids = [element.get("action_id") for element in elements_of(block)]
        counts = Counter(action_id for action_id in action_ids if action_id)
        for action_id, times in counts.items():
            if times > 1:
                found += problem(
                    f"`action_id` already exists: {action_id}",
                    f"{pointer}/{position}",
                )
    return found


def _check_markdown_length(blocks: list[Any], pointer: str) -> list[str]:
    texts = [block["text"] for block in blocks if block["type"] == "markdown"]
    total = sum(len(text) for text in texts)
    if total <= MAX_MARKDOWN_CHARS:
        return []
    return problem(
        f"markdown blocks exceed {MAX_MARKDOWN_CHARS} characters together",
        pointer,
    )
