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
# A view as Slack hands it out has these too. Sent back they are refused (java-slack-sdk
# #1205); the vendor's sample views carry them and must open, so that only a view known
# here is refused.
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
        {"type": one_of("modal"), "title": plain_text(24), "blocks": anything},
        {
            **_COMMON,
            "submit": plain_text(24),
            "close": plain_text(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
        },
    ),
    "home": record(
        {"type": one_of("home"), "blocks": anything},
        {
            **_COMMON,
            # Accepted and ignored: the vendor's own sample Home views carry them.
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


def check_view(view: Any, kind: str) -> tuple[list[str], bool]:
    """Problems (each with a json-pointer under /view), and whether the view is too
    large.
    """
    if not isinstance(view, dict):
        return problem("must be an object", "/view"), False
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        return [], True
    present = {k: v for k, v in view.items() if v is not None}
    sent = {
        k: v for k, v in present.items() if k not in RECEIVED_ONLY or k in _FLAGS[kind]
    }
    found = _VIEWS[kind](sent, "/view")
    if "blocks" in present:
        found += check_blocks(
            present["blocks"], kind, "/view/blocks", MAX_VIEW_BLOCKS, 1
        )
    if not found:
        found = _submit_for_inputs(present) + _one_focus(present)
    return _no_schema_fits(found), False


def echoed(view: Any) -> list[str]:
    """What Slack says of a view that was received from it and is sent back as it is."""
    extra = sorted(RECEIVED_ONLY.difference(_FLAGS["modal"]).intersection(view))
    return _no_schema_fits([p for k in extra for p in unknown_field(k, "/view")])


def _no_schema_fits(found: list[str]) -> list[str]:
    """Slack begins with this line when the view itself, not a part of it, is wrong."""
    if any(p.endswith("[json-pointer:/view]") for p in found):
        return problem("failed to match all allowed schemas", "/view") + found
    return found


def _submit_for_inputs(view: Any) -> list[str]:
    has_input = any(b["type"] == "input" for b in view["blocks"])
    if view["type"] != "modal" or not has_input or "submit" in view:
        return []
    return problem(
        "missing required field: submit (the view has input blocks)", "/view/submit"
    )


def _one_focus(view: Any) -> list[str]:
    focused = sum(
        bool(e.get("focus_on_load")) for b in view["blocks"] for e in elements_of(b)
    )
    if focused <= 1:
        return []
    return problem("only one element can have focus_on_load", "/view/blocks")
