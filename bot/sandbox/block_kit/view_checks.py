"""Check a modal or Home view as Slack does."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.block_kit.block_checks import check_blocks
from bot.sandbox.block_kit.checks import (
    Check,
    anything,
    flag,
    one_of,
    problem,
    record,
    string,
    unknown_field,
)
from bot.sandbox.block_kit.elements import elements_of
from bot.sandbox.block_kit.text_checks import plain_text

MAX_VIEW_BYTES = 250_000
MAX_VIEW_BLOCKS = 100

_COMMON: dict[str, Check] = {
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
# A view that Slack hands out has these too. Slack refuses them when they are sent
# back (java-slack-sdk #1205), but the vendor's sample views carry them and must open.
# That is why only a view known here is refused.
RECEIVED_ONLY = {
    "id",
    "team_id",
    "state",
    "hash",
    "root_view_id",
    "previous_view_id",
    "app_id",
    "app_installed_team_id",
    "bot_id",
    "clear_on_close",
    "notify_on_close",
}
_VIEWS = {
    "modal": record(
        {
            "type": one_of("modal"),
            "title": plain_text(24),
            "blocks": anything,
        },
        {
            **_COMMON,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    ),
    "home": record(
        {
            "type": one_of("home"),
            "blocks": anything,
        },
        {
            **_COMMON,
            # The vendor's sample Home views have these: they are ignored.
            "title": plain_text(24),
            "submit": plain_text(24),
            "close": plain_text(24),
        },
    ),
}

_FLAGS: dict[str, set[str]] = {
    "modal": {"clear_on_close", "notify_on_close"},
    "home": set(),
}
"""The received fields that an app may also send, by kind of view."""


def check_view(view: Any, kind: str) -> tuple[list[str], bool]:
    """Return the problems of a view, and whether it is too large.

    Each problem has a json-pointer under /view.
    """
    if not isinstance(view, dict):
        return problem("must be an object", "/view"), False
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        return [], True
    present = {name: value for name, value in view.items() if value is not None}
    ignored = RECEIVED_ONLY - _FLAGS[kind]
    sent = {name: value for name, value in present.items() if name not in ignored}
    found = _VIEWS[kind](sent, "/view")
    if "blocks" in present:
        found += check_blocks(
            present["blocks"],
            kind,
            "/view/blocks",
            MAX_VIEW_BLOCKS,
            1,
        )
    if not found:
        # These two rely on blocks of the right shape.
        found = _check_submit(present) + _check_focus(present)
    return _with_schema_line(found), False


def check_echoed_view(view: Any) -> list[str]:
    """Return the problems of a view that was received from Slack and is sent back."""
    received_only = RECEIVED_ONLY - _FLAGS["modal"]
    found: list[str] = []
    for name in sorted(received_only.intersection(view)):
        found += unknown_field(name, "/view")
    return _with_schema_line(found)


def _with_schema_line(found: list[str]) -> list[str]:
    """Return the problems, after Slack's first line if the view itself is wrong."""
    for text in found:
        if text.endswith("[json-pointer:/view]"):
            return problem("failed to match all allowed schemas", "/view") + found
    return found


def _check_submit(view: Any) -> list[str]:
    if view["type"] != "modal" or "submit" in view:
        return []
    if not any(block["type"] == "input" for block in view["blocks"]):
        return []
    return problem(
        "missing required field: submit (the view has input blocks)",
        "/view/submit",
    )


def _check_focus(view: Any) -> list[str]:
    focused = 0
    for block in view["blocks"]:
        for element in elements_of(block):
            focused += bool(element.get("focus_on_load"))
    if focused <= 1:
        return []
    return problem("only one element can have focus_on_load", "/view/blocks")
