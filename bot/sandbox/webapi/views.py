"""views.*: open, push, update and publish."""

from __future__ import annotations

from bot.sandbox.activity.view_content import checked_view
from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method


def _view_argument(call: Call, kind: str) -> Json:
    view = call.structured("view", "invalid_arguments")
    return checked_view(call.sandbox, view, kind)


def _trigger_id(call: Call) -> str:
    # Custom steps of workflows send the same id as interactivity_pointer.
    for name in ("trigger_id", "interactivity_pointer"):
        if not call.is_absent(name):
            return call.text(name)
    raise invalid_arguments("missing required field: trigger_id")


def _check_hash(call: Call, known: View | None) -> None:
    """Raise hash_conflict when the view changed since the app last saw it."""
    if known is None:
        return
    if call.text("hash", known.hash) not in ("", known.hash):
        raise SlackError("hash_conflict")


@method("views.open")
def open_view(call: Call) -> Json:
    """Open a modal in place of all that the person had open."""
    sandbox = call.sandbox
    body = _view_argument(call, "modal")
    sandbox.views.claim_external_id(body)
    # A faulty view does not use up the trigger_id.
    trigger = sandbox.trigger_ids.exchange(_trigger_id(call))
    view = sandbox.views.open(
        trigger.user_id,
        body,
        sandbox.clock.now(),
        trigger.channel_id,
    )
    return _answer(call, view)


@method("views.push")
def push_view(call: Call) -> Json:
    """Open a modal above the one the person acted in."""
    sandbox = call.sandbox
    body = _view_argument(call, "modal")
    sandbox.views.claim_external_id(body)
    trigger = sandbox.trigger_ids.exchange(_trigger_id(call))
    view = sandbox.views.push(trigger.user_id, body, sandbox.clock.now())
    return _answer(call, view)


@method("views.update")
def update_view(call: Call) -> Json:
    """Show other content in an open view."""
    sandbox = call.sandbox
    view_id = call.text("view_id")
    external_id = call.text("external_id")
    if view_id and external_id:
        raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
    view = sandbox.views.find(view_id, external_id)
    if view is None:
        raise SlackError("not_found")
    body = _view_argument(call, view.body["type"])
    _check_hash(call, view)
    sandbox.views.claim_external_id(body, owner=view)
    sandbox.views.replace(view, body, sandbox.clock.now())
    return _answer(call, view)


@method("views.publish")
def publish_home(call: Call) -> Json:
    """Show a Home view to a person."""
    sandbox = call.sandbox
    user_id = call.needed("user_id")
    if sandbox.person(user_id) is None:
        raise invalid_arguments("user_id is not valid [json-pointer:/user_id]")
    if not sandbox.manifest.home_enabled:
        raise SlackError("not_enabled")
    body = _view_argument(call, "home")
    known = sandbox.views.homes.get(user_id)
    _check_hash(call, known)
    sandbox.views.claim_external_id(body, owner=known)
    view = sandbox.views.publish(user_id, body, sandbox.clock.now())
    return _answer(call, view)


def _answer(call: Call, view: View) -> Json:
    """Have the person's pages redrawn, and return the method's answer."""
    view.installed_in = call.token.team_id
    call.sandbox.mark_changed()
    change_type = "views"
    if view.body["type"] == "home":
        change_type = "home"
    change = {
        "type": change_type,
        "user": view.user_id,
    }
    call.sandbox.feed.send(change, only=[view.user_id])
    return {"view": view_json(view)}
