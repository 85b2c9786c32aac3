"""views.*: open, push, update and publish."""

from __future__ import annotations

from typing import Any

from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.block_kit.stored_blocks import with_block_ids
from bot.sandbox.block_kit.view_checks import check_view, echoed
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method

MAX_VIEW_BYTES = 250_000


def checked_view(sandbox: Sandbox, view: Any, kind: str) -> Json:
    """A view ready to open. Raises invalid_arguments with json-pointers under /view."""
    if view is None:
        raise invalid_arguments("missing required field: view")
    problems, too_large = check_view(view, kind)
    if isinstance(view, dict) and sandbox.views.find(view.get("id")) is not None:
        problems = echoed(view)
    if too_large:
        raise SlackError("view_too_large")
    if problems:
        raise invalid_arguments(*problems)
    return {**view, "blocks": with_block_ids(view["blocks"])}


def _view_argument(call: Call, kind: str) -> Json:
    return checked_view(
        call.sandbox, call.structured("view", "invalid_arguments"), kind
    )


def _trigger_id(call: Call) -> str:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    return trigger_id


@method("views.open")
def open_view(call: Call) -> Json:
    sandbox = call.sandbox
    body = _view_argument(call, "modal")
    sandbox.views.claim_external_id(body)
    trigger = sandbox.triggers.exchange(_trigger_id(call))
    view = sandbox.views.open(
        trigger.user_id, body, sandbox.clock.now(), trigger.channel_id
    )
    return _shown(sandbox, view)


@method("views.push")
def push(call: Call) -> Json:
    sandbox = call.sandbox
    body = _view_argument(call, "modal")
    sandbox.views.claim_external_id(body)
    trigger = sandbox.triggers.exchange(_trigger_id(call))
    view = sandbox.views.push(trigger.user_id, body, sandbox.clock.now())
    return _shown(sandbox, view)


@method("views.update")
def update(call: Call) -> Json:
    sandbox = call.sandbox
    if call.text("view_id") and call.text("external_id"):
        raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
    view = sandbox.views.find(call.text("view_id"), call.text("external_id"))
    if view is None:
        raise SlackError("not_found")
    body = _view_argument(call, view.body["type"])
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    sandbox.views.claim_external_id(body, owner=view)
    sandbox.views.replace(view, body, sandbox.clock.now())
    return _shown(sandbox, view)


@method("views.publish")
def publish_home(call: Call) -> Json:
    sandbox = call.sandbox
    user_id = call.needed("user_id")
    if sandbox.person(user_id) is None:
        raise invalid_arguments("user_id is not valid [json-pointer:/user_id]")
    if not sandbox.manifest.home_enabled:
        raise SlackError("not_enabled")
    body = _view_argument(call, "home")
    known = sandbox.views.homes.get(user_id)
    if call.text("hash") and known is not None and call.text("hash") != known.hash:
        raise SlackError("hash_conflict")
    sandbox.views.claim_external_id(body, owner=known)
    view = sandbox.views.publish(user_id, body, sandbox.clock.now())
    return _shown(sandbox, view)


def _shown(sandbox: Sandbox, view: View) -> Json:
    sandbox.changed()
    what = "home" if view.body["type"] == "home" else "views"
    sandbox.hub.tell({"type": what, "user": view.user_id}, only=[view.user_id])
    return {"view": view_json(view)}
