"""`/sandbox/...`: what the chat page and tests do as a person. JSON in, JSON out."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.activity import messages
from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.interactions import (
    app_home,
    block_actions,
    commands,
    modals,
    shortcuts,
)
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import thread_parent
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

_MARKUP = re.compile(
    r"&lt;([@#][A-Z0-9]+(?:\|[^&]*)?|https?://[^&\s]+(?:&amp;[^&\s]+)*)&gt;"
)


_BARE_URL = re.compile(
    r"(?<![\w<|/`])(https?://[^\s<>|`]+?)(?=[.,;:!?)\]]*(?:[\s`<]|$))"
)


class RefusedError(Exception):
    """The driver call itself makes no sense; `status` is 400, 403 or 404."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Act:
    """One driver call: who does it, and the rest of its JSON."""

    sandbox: Sandbox
    person: Person
    body: Json

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise RefusedError(f"{name} is missing")
        return value

    def channel(self) -> Channel:
        channel = self.sandbox.workspace.channels.get(self.text("channel"))
        if channel is None or (
            channel.kind != "channel" and self.person.id not in channel.members
        ):
            raise RefusedError("channel_not_found", 404)
        return channel

    def joined_channel(self) -> Channel:
        channel = self.channel()
        if self.person.id not in channel.members:
            raise RefusedError("not_in_channel", 404)
        return channel

    def writable_channel(self) -> Channel:
        channel = self.joined_channel()
        if channel.archived:
            raise RefusedError("is_archived")
        with_app = channel.kind == "im" and BOT_USER_ID in channel.members
        if with_app and self.sandbox.manifest.messages_read_only:
            raise RefusedError("messages_tab_read_only")
        return channel

    def message(self, channel: Channel) -> Json:
        message = messages.find_message(channel, self.text("ts"), self.person.id)
        if message is None:
            raise RefusedError("message_not_found", 404)
        return message

    def own_message(self, channel: Channel) -> Json:
        """What somebody wrote themselves: nobody changes what others wrote."""
        message = self.message(channel)
        if message.get("user") != self.person.id:
            raise RefusedError("cant_update_message", 403)
        return message

    def view(self) -> View:
        view = self.sandbox.views.find(self.text("view_id"))
        if view is None or view.user_id != self.person.id:
            raise RefusedError("view_not_found", 404)
        return view


Handler = Callable[[Act], Awaitable[Json]]


def endpoint(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a driver function: parse, find the person, turn refusals into JSON."""

    async def act(request: Request) -> Response:
        sandbox: Sandbox = request.app.state.sandbox
        try:
            body = await _body(request)
            person = sandbox.person(str(body.get("as") or body.get("user_id") or ""))
            if person is None:
                raise RefusedError("as must name a person of the workspace")
            if person.deleted:
                raise RefusedError("account_inactive", 403)
            answer = await handler(Act(sandbox, person, body))
            if request.method != "GET":
                sandbox.changed()
            return JSONResponse(answer)
        except RefusedError as refusal:
            return JSONResponse({"ok": False, "error": refusal.error}, refusal.status)
        except (ValueError, TypeError) as problem:
            return JSONResponse({"ok": False, "error": str(problem)}, 400)

    return act


async def _body(request: Request) -> Json:
    if request.method == "GET":
        return dict(request.query_params)
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise RefusedError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError("the body is not a JSON object")
    return body


async def command(act: Act) -> Json:
    return await commands.run_command(
        act.sandbox, act.person, act.joined_channel(), act.text("text")
    )


async def message(act: Act) -> Json:
    channel = act.writable_channel()
    thread_ts = None
    if act.body.get("thread_ts"):
        thread_ts = thread_parent(channel, act.text("thread_ts"))
        if thread_ts is None:
            raise RefusedError("thread_not_found", 404)
    posted = messages.post(
        act.sandbox,
        channel,
        act.person.id,
        {"text": _typed(act.text("text"))},
        thread_ts=thread_ts,
        broadcast=bool(act.body.get("reply_broadcast")),
    )
    return {"ok": True, "ts": posted["ts"], "message": posted}


async def edit_message(act: Act) -> Json:
    channel = act.writable_channel()
    messages.update(
        act.sandbox,
        channel,
        act.own_message(channel),
        {"text": _typed(act.text("text"))},
    )
    return {"ok": True}


async def delete_message(act: Act) -> Json:
    channel = act.writable_channel()
    messages.delete(act.sandbox, channel, act.own_message(channel))
    return {"ok": True}


def _typed(text: str) -> str:
    """What Slack's own client sends for typed text: &, < and > escaped, markup of ours
    kept.
    """
    if len(text) > 12_000:
        raise RefusedError("msg_too_long")
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BARE_URL.sub(r"<\1>", _MARKUP.sub(r"<\1>", escaped))


async def press(act: Act) -> Json:
    """An element of a message (`channel`, `ts`) or of a view (`view_id`)."""
    action_id, block_id = act.text("action_id"), act.body.get("block_id")
    value = act.body.get("value")
    if act.body.get("view_id"):
        view = act.view()
        modals.fill_in(view, act.body.get("values") or {})
        found = block_actions.element_in(view.blocks(), action_id, block_id)
        return await block_actions.press_in_view(
            act.sandbox, act.person, view, found, value
        )
    channel = act.channel()
    pressed = act.message(channel)
    found = block_actions.element_in(pressed.get("blocks", []), action_id, block_id)
    return await block_actions.press_in_message(
        act.sandbox, act.person, channel, pressed, found, value
    )


async def options(act: Act) -> Json:
    action_id, block_id = act.text("action_id"), act.body.get("block_id")
    typed = str(act.body.get("value") or "")
    if act.body.get("view_id"):
        view = act.view()
        found = block_actions.element_in(view.blocks(), action_id, block_id)
        return await block_actions.suggest(act.sandbox, act.person, view, found, typed)
    channel = act.channel()
    asked = act.message(channel)
    found = block_actions.element_in(asked.get("blocks", []), action_id, block_id)
    return await block_actions.suggest(
        act.sandbox, act.person, (channel, asked), found, typed
    )


async def shortcut(act: Act) -> Json:
    on = None
    if act.body.get("ts"):
        channel = act.channel()
        on = (channel, act.message(channel))
    return await shortcuts.run_shortcut(
        act.sandbox, act.person, act.text("callback_id"), on
    )


async def views(act: Act) -> Json:
    return {
        "ok": True,
        "views": [view_json(v) for v in act.sandbox.views.of(act.person.id)],
    }


async def submit_view(act: Act) -> Json:
    values = act.body.get("values") or {}
    return await modals.submit(act.sandbox, act.person, act.view(), values)


async def close_view(act: Act) -> Json:
    everything = bool(act.body.get("everything"))
    return await modals.close(
        act.sandbox, act.person, act.view(), everything=everything
    )


async def home_open(act: Act) -> Json:
    return await app_home.open_home(
        act.sandbox, act.person, str(act.body.get("tab") or "home")
    )


async def mark(act: Act) -> Json:
    channel = act.joined_channel()
    newest = max(channel.messages, default="0")
    channel.last_read[act.person.id] = str(act.body.get("ts") or newest)
    act.sandbox.changed()
    act.sandbox.hub.tell({"type": "read", "channel": channel.id}, only=[act.person.id])
    return {"ok": True}


async def open_dm(act: Act) -> Json:
    other = act.sandbox.person(act.text("user"))
    if other is None or other.deleted:
        raise RefusedError("user_not_found", 404)
    return {
        "ok": True,
        "channel": act.sandbox.workspace.open_im(act.person.id, other.id).id,
    }


DRIVER_ROUTES = [
    Route(f"/sandbox/{path}", endpoint(handler), methods=[verb])
    for verb, path, handler in [
        ("POST", "command", command),
        ("POST", "message", message),
        ("POST", "message/edit", edit_message),
        ("POST", "message/delete", delete_message),
        ("POST", "press", press),
        ("POST", "options", options),
        ("POST", "shortcut", shortcut),
        ("GET", "views", views),
        ("POST", "view/submit", submit_view),
        ("POST", "view/close", close_view),
        ("POST", "home/open", home_open),
        ("POST", "mark", mark),
        ("POST", "dm", open_dm),
    ]
]
