"""Blocks as Slack stores them: ids filled in, defaults of text objects written out."""

from __future__ import annotations

from typing import Any

from bot.sandbox.ids import new_block_id
from bot.sandbox.types import Json

_ACTION_TYPES = {"button", "overflow", "checkboxes", "radio_buttons"}
_ACTION_ENDINGS = ("_select", "_input", "picker", "button")


def with_block_ids(blocks: list[Json]) -> list[Json]:
    """Return copies of blocks in which nothing that Slack fills in is missing."""
    return [_completed_block(block) for block in blocks]


def _completed_block(block: Json) -> Json:
    block_id = block.get("block_id") or new_block_id()
    completed: Json = _completed(
        {
            **block,
            "block_id": block_id,
        }
    )
    return completed


def _completed(value: Any) -> Any:
    if isinstance(value, list):
        return [_completed(item) for item in value]
    if not isinstance(value, dict):
        return value
    completed = {name: _completed(inner) for name, inner in value.items()}
    kind = completed.get("type")
    if kind == "plain_text":
        completed.setdefault("emoji", True)
    elif kind == "mrkdwn":
        completed.setdefault("verbatim", False)
    elif _needs_action_id(str(kind)):
        completed.setdefault("action_id", new_block_id())
    return completed


def _needs_action_id(kind: str) -> bool:
    if kind in _ACTION_TYPES:
        return True
    return kind.endswith(_ACTION_ENDINGS)
