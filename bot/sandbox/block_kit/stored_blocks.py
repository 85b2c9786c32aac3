"""Blocks as Slack stores them: ids filled in, text defaults spelt out."""

from __future__ import annotations

from typing import Any

from bot.sandbox.ids import new_block_id
from bot.sandbox.types import Json


def with_block_ids(blocks: list[Json]) -> list[Json]:
    return [
        _completed({**b, "block_id": b.get("block_id") or new_block_id()})
        for b in blocks
    ]


def _completed(value: Any) -> Any:
    if isinstance(value, list):
        return [_completed(v) for v in value]
    if not isinstance(value, dict):
        return value
    done = {k: _completed(v) for k, v in value.items()}
    if done.get("type") == "plain_text":
        done.setdefault("emoji", True)
    elif done.get("type") == "mrkdwn":
        done.setdefault("verbatim", False)
    elif _needs_action_id(done):
        done.setdefault("action_id", new_block_id())
    return done


def _needs_action_id(value: Json) -> bool:
    kind = str(value.get("type", ""))
    return kind.endswith(("_select", "_input", "picker", "button")) or kind in (
        "button",
        "overflow",
        "checkboxes",
        "radio_buttons",
    )
