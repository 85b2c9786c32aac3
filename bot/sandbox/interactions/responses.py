"""Responses to commands and interactions: posts to a response_url."""

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
    """Answer `POST /hooks/<kind>/<team>/<number>/<secret>`."""
    sandbox: Sandbox = request.app.state.sandbox
    body = await _read_body(request)
    if body is None:
        return PlainTextResponse("invalid_payload", 400)
    target = sandbox.response_urls.use(request.path_params["key"])
    if isinstance(target, str):
        return JSONResponse(
            {
                "ok": False,
                "error": target,
            },
            404,
        )
    channel = sandbox.workspace.channels.get(target.channel_id)
    if channel is None:
        return JSONResponse(
            {
                "ok": False,
                "error": "channel_not_found",
            },
            404,
        )
    problem = _apply(sandbox, channel, target, body)
    sandbox.mark_changed()
    _record(sandbox, body, problem)
    if problem:
        return JSONResponse(
            {
                "ok": False,
                "error": problem,
            },
            400,
        )
    return PlainTextResponse("ok")


def post_response(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    body: Json,
    thread_ts: str | None = None,
) -> str | None:
    """Show a response to a command or a response_url, and return Slack's error or None.

    The body's own thread_ts wins; a thread that does not exist is ignored.
    """
    try:
        content, _ = message_content(_content_arguments(body))
    except SlackError as problem:
        return problem.code
    if body.get("thread_ts"):
        thread_ts = str(body["thread_ts"])
    if thread_ts not in channel.messages:
        thread_ts = None
    if body.get("response_type") == "in_channel":
        messages.post(
            sandbox,
            channel,
            BOT_USER_ID,
            content,
            thread_ts=thread_ts,
        )
    else:
        messages.post_ephemeral(
            sandbox,
            channel,
            user_id,
            content,
            thread_ts=thread_ts,
        )
    return None


def _apply(
    sandbox: Sandbox,
    channel: Channel,
    target: ResponseUrl,
    body: Json,
) -> str | None:
    """Delete or replace the original message, or post a new one; return the error."""
    original = _original(channel, target)
    if body.get("delete_original"):
        if original is None:
            return "message_not_found"
        messages.delete(sandbox, channel, original)
        return None
    if body.get("replace_original") and original is not None:
        return _replace(sandbox, channel, original, body)
    thread_ts = target.thread_ts
    # A response to the parent of a thread belongs into the channel.
    if thread_ts == target.message_ts:
        thread_ts = None
    return post_response(
        sandbox,
        channel,
        target.user_id,
        body,
        thread_ts,
    )


def _original(channel: Channel, target: ResponseUrl) -> Json | None:
    """Return the message that the interaction came from, or None."""
    if target.message_ts is None:
        return None
    return messages.find_message(channel, target.message_ts, target.user_id)


def _replace(
    sandbox: Sandbox,
    channel: Channel,
    original: Json,
    body: Json,
) -> str | None:
    try:
        content, _ = message_content(_content_arguments(body))
    except SlackError as problem:
        return problem.code
    # A replacement keeps nothing of the original.
    content.setdefault("blocks", None)
    content.setdefault("attachments", None)
    messages.update(sandbox, channel, original, content)
    return None


def _content_arguments(body: Json) -> ContentArguments:
    return ContentArguments(
        text=str(body.get("text") or ""),
        blocks=body.get("blocks"),
        attachments=body.get("attachments"),
        metadata=body.get("metadata"),
    )


async def _read_body(request: Request) -> Json | None:
    """Return the JSON object, posted as such or as the form field `payload`."""
    try:
        body = json.loads(await _read_text(request))
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    return body


async def _read_text(request: Request) -> str | bytes:
    if "json" in request.headers.get("content-type", ""):
        return await request.body()
    async with request.form() as form:
        return str(form.get("payload", ""))


def _record(
    sandbox: Sandbox,
    body: Json,
    problem: str | None,
) -> None:
    sandbox.feed.record(
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
