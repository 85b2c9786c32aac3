"""Check a modal or Home view that the app wants shown."""

from __future__ import annotations

from typing import Any

from bot.sandbox.block_kit.stored_blocks import with_block_ids
from bot.sandbox.block_kit.view_checks import check_echoed_view, check_view
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json


def checked_view(
    sandbox: Sandbox,
    view: Any,
    kind: str,
) -> Json:
    """Return a view ready to open. Raises invalid_arguments or view_too_large."""
    if view is None:
        raise invalid_arguments("missing required field: view")
    problems, too_large = check_view(view, kind)
    if _is_known(sandbox, view):
        problems = check_echoed_view(view)
    if too_large:
        raise SlackError("view_too_large")
    if problems:
        raise invalid_arguments(*problems)
    return {
        **view,
        "blocks": with_block_ids(view["blocks"]),
    }


def _is_known(sandbox: Sandbox, view: Any) -> bool:
    """Return whether a view was handed out by this workspace, and is sent back."""
    if not isinstance(view, dict):
        return False
    return sandbox.views.find(view.get("id")) is not None
