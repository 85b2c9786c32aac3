"""`/sandbox/...`: act as a person, for the chat page and tests. JSON in, JSON out."""

from __future__ import annotations

import re

from starlette.routing import Route

from bot.sandbox.activity import messages
from bot.sandbox.interactions import (
    app_home,
    block_actions,
    commands,
    modals,
    shortcuts,
)
from bot.sandbox.local_api.person_call import PersonCall, RefusedError, endpoint
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.threads import find_parent_ts

_MAX_TYPED_CHARS = 12_000
_ESCAPED_MARKUP = re.compile(
    r"&lt;([@#][A-Z0-9]+(?:\|[^&]*)?|https?://[^&\s]+(?:&amp;[^&\s]+)*)&gt;"
)
_BARE_URL = re.compile(
    r"(?<![\w<|/`])(https?://[^\s<>|`]+?)(?=[.,;:!?)\]]*(?:[\s`<]|$))"
)


async def run_command(call: PersonCall) -> Json:
    """Type a slash command."""
    channel = call.joined_channel()
    line = call.text("text")
    return await commands.run_command(call.sandbox, call.person, channel, line)


async def post_message(call: PersonCall) -> Json:
    """Write a message, in a thread with `thread_ts`."""
    channel = call.writable_channel()
    posted = messages.post(
        call.sandbox,
        channel,
        call.person.id,
        {"text": _escape_typed(call.text("text"))},
        thread_ts=_thread_of(call, channel),
        broadcast=bool(call.body.get("reply_broadcast")),
    )
    return {
        "ok": True,
        "ts": posted["ts"],
        "message": posted,
    }


def _thread_of(call: PersonCall, channel: Channel) -> str | None:
    wanted = call.optional_text("thread_ts")
    if not wanted:
        return None
    thread_ts = find_parent_ts(channel, wanted)
    if thread_ts is None:
        raise RefusedError("thread_not_found", 404)
    return thread_ts


async def edit_message(call: PersonCall) -> Json:
    """Change the text of one's own message."""
    channel = call.writable_channel()
    message = call.own_message(channel)
    content = {"text": _escape_typed(call.text("text"))}
    messages.update(call.sandbox, channel, message, content)
    return {"ok": True}


async def delete_message(call: PersonCall) -> Json:
    """Delete one's own message."""
    channel = call.writable_channel()
    messages.delete(call.sandbox, channel, call.own_message(channel))
    return {"ok": True}


def _escape_typed(text: str) -> str:
    """Return typed text as Slack's own client sends it.

    `&`, `<` and `>` are escaped, mentions and links keep their markup, and bare
    addresses become links.
    """
    if len(text) > _MAX_TYPED_CHARS:
        raise RefusedError("msg_too_long")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    with_markup = _ESCAPED_MARKUP.sub(r"<\1>", escaped)
    return _BARE_URL.sub(r"<\1>", with_markup)


async def press(call: PersonCall) -> Json:
    """Use an element of a message (`channel`, `ts`) or of a view (`view_id`)."""
    value = call.body.get("value")
    if call.body.get("view_id"):
        view = call.view()
        # The action carries the state of all inputs, typed but not submitted.
        modals.fill_in(view, call.values())
        found = _element_in(call, view.blocks())
        return await block_actions.press_in_view(
            call.sandbox,
            call.person,
            view,
            found,
            value,
        )
    channel = call.channel()
    message = call.message(channel)
    found = _element_in(call, message.get("blocks", []))
    return await block_actions.press_in_message(
        call.sandbox,
        call.person,
        channel,
        message,
        found,
        value,
    )


async def load_options(call: PersonCall) -> Json:
    """Load the options of an external select, in a message or in a view."""
    container: block_actions.Container
    if call.body.get("view_id"):
        view = call.view()
        container = view
        blocks = view.blocks()
    else:
        channel = call.channel()
        message = call.message(channel)
        container = (channel, message)
        blocks = message.get("blocks", [])
    return await block_actions.suggest_options(
        call.sandbox,
        call.person,
        container,
        _element_in(call, blocks),
        call.optional_text("value"),
    )


def _element_in(call: PersonCall, blocks: list[Json]) -> block_actions.Found:
    action_id = call.text("action_id")
    return block_actions.element_in(blocks, action_id, call.body.get("block_id"))


async def run_shortcut(call: PersonCall) -> Json:
    """Use a global shortcut, or with `ts` a message shortcut."""
    target = None
    if call.body.get("ts"):
        channel = call.channel()
        target = (channel, call.message(channel))
    callback_id = call.text("callback_id")
    return await shortcuts.run_shortcut(call.sandbox, call.person, callback_id, target)


async def submit_view(call: PersonCall) -> Json:
    """Press the submit button of a modal."""
    return await modals.submit(call.sandbox, call.person, call.view(), call.values())


async def close_view(call: PersonCall) -> Json:
    """Close a modal, or with `everything` all of them."""
    return await modals.close(
        call.sandbox,
        call.person,
        call.view(),
        everything=bool(call.body.get("everything")),
    )


async def open_home(call: PersonCall) -> Json:
    """Open a tab of the app."""
    tab = call.optional_text("tab", "home")
    return await app_home.open_home(call.sandbox, call.person, tab)


async def mark_read(call: PersonCall) -> Json:
    """Mark a channel as read up to `ts`, or up to its newest message."""
    channel = call.joined_channel()
    newest = max(channel.messages, default="0")
    channel.last_read[call.person.id] = call.optional_text("ts", newest)
    call.sandbox.mark_changed()
    change = {
        "type": "read",
        "channel": channel.id,
    }
    call.sandbox.feed.send(change, only=[call.person.id])
    return {"ok": True}


async def open_direct_message(call: PersonCall) -> Json:
    """Open the direct message channel with a person."""
    other = call.sandbox.workspace.active_person(call.text("user"))
    if other is None:
        raise RefusedError("user_not_found", 404)
    channel = call.sandbox.workspace.open_im(call.person.id, other.id)
    return {
        "ok": True,
        "channel": channel.id,
    }


ACTION_ROUTES = [
    Route(f"/sandbox/{path}", endpoint(handler), methods=["POST"])
    for path, handler in [
        ("command", run_command),
        ("message", post_message),
        ("message/edit", edit_message),
        ("message/delete", delete_message),
        ("press", press),
        ("options", load_options),
        ("shortcut", run_shortcut),
        ("view/submit", submit_view),
        ("view/close", close_view),
        ("home/open", open_home),
        ("mark", mark_read),
        ("dm", open_direct_message),
    ]
]
