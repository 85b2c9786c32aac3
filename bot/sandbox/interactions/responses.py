"""Posts to a response_url."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import ContentArguments, message_content
from bot.sandbox.app.response_urls import ResponseUrl
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.errors import SlackError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel


async def respond(request: Request) -> Response:
    """`POST /hooks/<kind>/<team>/<number>/<secret>`."""
    sandbox: Sandbox = request.app.state.sandbox
    body = await _body(request)
    if body is None:
        return PlainTextResponse("invalid_payload", 400)
    target = sandbox.response_urls.use(request.path_params["key"])
    if isinstance(target, str):
        return JSONResponse({"ok": False, "error": target}, 404)
    channel = sandbox.workspace.channels.get(target.channel_id)
    if channel is None:
        return JSONResponse({"ok": False, "error": "channel_not_found"}, 404)
    problem = _apply(sandbox, channel, target, body)
    sandbox.changed()
    _record(sandbox, body, problem)
    if problem:
        return JSONResponse({"ok": False, "error": problem}, 400)
    return PlainTextResponse("ok")


def post_response(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    body: Json,
    thread_ts: str | None = None,
) -> str | None:
    """Show a response to a command or a response_url; returns Slack's error, if any."""
    try:
        content, _ = message_content(_arguments(body))
    except SlackError as problem:
        return problem.code
    thread_ts = str(body.get("thread_ts") or thread_ts or "")
    if thread_ts not in channel.messages:
        thread_ts = None
    if body.get("response_type") == "in_channel":
        messages.post(sandbox, channel, BOT_USER_ID, content, thread_ts=thread_ts)
    else:
        messages.post_ephemeral(sandbox, channel, user_id, content, thread_ts=thread_ts)
    return None


def _apply(
    sandbox: Sandbox, channel: Channel, target: ResponseUrl, body: Json
) -> str | None:
    original = messages.find_message(channel, target.message_ts or "", target.user_id)
    if body.get("delete_original"):
        if original is None:
            return "message_not_found"
        messages.delete(sandbox, channel, original)
        return None
    if body.get("replace_original") and original is not None:
        return _replace(sandbox, channel, original, body)
    in_thread = target.thread_ts if target.thread_ts != target.message_ts else None
    return post_response(sandbox, channel, target.user_id, body, in_thread)


def _replace(
    sandbox: Sandbox, channel: Channel, original: Json, body: Json
) -> str | None:
    try:
        content, _ = message_content(_arguments(body))
    except SlackError as problem:
        return problem.code
    content.setdefault("blocks", None)
    content.setdefault("attachments", None)
    messages.update(sandbox, channel, original, content)
    return None


def _arguments(body: Json) -> ContentArguments:
    return ContentArguments(
        text=str(body.get("text") or ""),
        blocks=body.get("blocks"),
        attachments=body.get("attachments"),
        metadata=body.get("metadata"),
    )


async def _body(request: Request) -> Json | None:
    if "json" in request.headers.get("content-type", ""):
        raw: str | bytes = await request.body()
    else:
        async with request.form() as form:
            raw = str(form.get("payload", ""))
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _record(sandbox: Sandbox, body: Json, problem: str | None) -> None:
    sandbox.hub.record(
        {
            "direction": "from_app",
            "name": "response_url",
            "kind": "response_url",
            "via": "http",
            "payload": body,
            "response": problem or "ok",
            "error": problem,
            "time": sandbox.clock.now(),
            "took_ms": 0.0,
        }
    )
