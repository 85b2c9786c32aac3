"""`/sandbox/state`, `/sandbox/messages`, `/sandbox/stream`: what a person sees."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.app.view_stacks import view_json
from bot.sandbox.config import APP_ID, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.sandbox.local_api.person_actions import Act, RefusedError, endpoint
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

_KEEP_ALIVE_S = 15.0


async def state(act: Act) -> Json:
    """Everything the sidebar needs, and the person's open modals."""
    sandbox, person = act.sandbox, act.person
    seen = [c for c in sandbox.workspace.channels.values() if _visible(c, person)]
    return {
        "ok": True,
        "me": person.id,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "app": {
            "id": APP_ID,
            "name": sandbox.manifest.app_name,
            "user": BOT_USER_ID,
            "home": sandbox.manifest.home_enabled,
            "messages_read_only": sandbox.manifest.messages_read_only,
            "connections": len(sandbox.sockets.open_connections()),
            "request_url": sandbox.request_url,
            "events_enabled": sandbox.subscription.enabled,
        },
        "people": [_person(p) for p in sandbox.workspace.people.values()],
        "usergroups": [
            {"id": g.id, "handle": g.handle, "name": g.name, "users": g.users}
            for g in sandbox.workspace.usergroups.values()
        ],
        "channels": [_channel(c, person.id) for c in seen],
        "commands": sandbox.manifest.commands,
        "shortcuts": sandbox.manifest.shortcuts,
        "views": [view_json(v) for v in sandbox.views.of(person.id)],
    }


def _visible(channel: Channel, person: Person) -> bool:
    if person.id in channel.members:
        return True
    return (
        channel.kind == "channel"
        and not person.is_restricted
        and not person.is_external
    )


def _person(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "color": person.color,
        "persona": person.persona,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "team_id": person.team_id,
        "is_external": person.is_external,
    }


def _channel(channel: Channel, user_id: str) -> Json:
    last_read = channel.last_read.get(user_id, "0")
    unread = [
        m
        for m in channel.messages.values()
        if m["ts"] > last_read
        and m.get("user") != user_id
        and user_id in channel.members
    ]
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "archived": channel.archived,
        "is_ext_shared": channel.is_ext_shared,
        "general": channel.general,
        "connected_team_ids": channel.connected_team_ids,
        "pending_team_ids": channel.pending_team_ids,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "members": channel.members,
        "is_member": user_id in channel.members,
        "partner": channel.partner_of(user_id) if channel.kind == "im" else None,
        "last_read": last_read,
        "unread": len(unread),
        "mentions": sum(f"<@{user_id}>" in m["text"] for m in unread),
    }


async def read_messages(act: Act) -> Json:
    """A channel's messages with this person's ephemeral ones, or one thread's, oldest
    first.

    `limit`: only the newest so many; `has_more` says whether there are earlier ones.
    """
    channel = act.channel()
    own = [m for m in channel.ephemeral if m["ephemeral_to"] == act.person.id]
    thread_ts = act.body.get("thread_ts")
    if thread_ts:
        parent = channel.messages.get(str(thread_ts))
        if parent is None:
            raise RefusedError("thread_not_found", 404)
        whispered = [m for m in own if m.get("thread_ts") == thread_ts]
        found = [parent, *channel.replies(str(thread_ts)), *whispered]
    else:
        found = channel.top_level() + [m for m in own if "thread_ts" not in m]
    shown = sorted(found, key=lambda m: str(m["ts"]))
    limit = str(act.body.get("limit") or "")
    newest = shown[-int(limit) :] if limit.isdecimal() and int(limit) else shown
    more = len(newest) < len(shown)
    return {"ok": True, "channel": channel.id, "messages": newest, "has_more": more}


async def home_view(act: Act) -> Json:
    view = act.sandbox.views.homes.get(act.person.id)
    return {"ok": True, "view": view_json(view) if view else None}


async def stream(request: Request) -> Response:
    """Server-sent events: one JSON object for each change `as` may see."""
    sandbox: Sandbox = request.app.state.sandbox
    user_id = request.query_params.get("as", "")
    if sandbox.person(user_id) is None:
        return JSONResponse({"ok": False, "error": "as must name a person"}, 400)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _changes(sandbox, user_id), media_type="text/event-stream", headers=headers
    )


async def _changes(sandbox: Sandbox, user_id: str) -> AsyncIterator[str]:
    queue = sandbox.hub.subscribe(user_id)
    try:
        yield 'data: {"type": "hello"}\n\n'
        while not sandbox.stopping:
            try:
                change = await asyncio.wait_for(queue.get(), _KEEP_ALIVE_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield f"data: {json.dumps(change)}\n\n"
    finally:
        sandbox.hub.unsubscribe(queue)


async def live(socket: WebSocket) -> None:
    """The same changes over a WebSocket, for the chat page.

    A browser opens at most six HTTP connections to one host, all its tabs together:
    with event streams the seventh window would hang. WebSockets are not counted.
    """
    sandbox: Sandbox = socket.app.state.sandbox
    user_id = socket.query_params.get("as", "")
    if sandbox.person(user_id) is None:
        await socket.close()
        return
    await socket.accept()
    queue = sandbox.hub.subscribe(user_id)
    gone = asyncio.ensure_future(_closed(socket))
    try:
        while not sandbox.stopping and not gone.done():
            change = asyncio.ensure_future(queue.get())
            await asyncio.wait({change, gone}, return_when=asyncio.FIRST_COMPLETED)
            if change.done():
                await socket.send_json(change.result())
            else:
                change.cancel()
    except (WebSocketDisconnect, RuntimeError):
        return
    finally:
        gone.cancel()
        sandbox.hub.unsubscribe(queue)


async def _closed(socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            await socket.receive_text()


READING_ROUTES = [
    Route("/sandbox/state", endpoint(state), methods=["GET"]),
    Route("/sandbox/messages", endpoint(read_messages), methods=["GET"]),
    Route("/sandbox/home", endpoint(home_view), methods=["GET"]),
    Route("/sandbox/stream", stream, methods=["GET"]),
    WebSocketRoute("/sandbox/live", live),
]
