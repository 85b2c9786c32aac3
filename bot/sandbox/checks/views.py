"""Check a modal or Home view as Slack does."""

import json
from typing import Any

MAX_VIEW_BYTES = 250_000
MAX_VIEW_BLOCKS = 100


def check_view(view: Any, kind: str) -> tuple[list[str], bool]:
    """Problems (each with a json-pointer under /view), and whether the view is too large."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"], False
    if view.get("type") != kind:
        return [f"must be of type {kind} [json-pointer:/view/type]"], False
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        return [], True
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return ["missing required field: blocks [json-pointer:/view]"], False
    return [], False
