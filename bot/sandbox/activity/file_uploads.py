"""Files: the bare POST of an upload, downloads that need a token, sharing into a
channel.
"""

from __future__ import annotations

import mimetypes

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.activity import messages
from bot.sandbox.config import PERSONA_COOKIE
from bot.sandbox.delivery.events import publish
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.files import File, file_json

MAX_FILE_BYTES = 50_000_000


def new_file(sandbox: Sandbox, name: str, size: int, user_id: str) -> File:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(
        new_id("F"), name, size, user_id, sandbox.clock.seconds(), mimetype=kind
    )
    sandbox.workspace.files[file.id] = file
    return file


def file_object(sandbox: Sandbox, file: File) -> Json:
    return file_json(file, sandbox.base_url, sandbox.workspace.private_channel_ids())


def share(
    sandbox: Sandbox,
    channel: Channel,
    files: list[File],
    user_id: str,
    text: str = "",
    thread_ts: str | None = None,
    blocks: list[Json] | None = None,
) -> Json:
    """Post files into a channel as one message, with file_shared for each."""
    content: Json = {"subtype": "file_share", "text": text, "upload": True, "files": []}
    content |= {"display_as_bot": False} | ({"blocks": blocks} if blocks else {})
    message = messages.post(
        sandbox, channel, user_id, content, thread_ts=thread_ts, quiet=True
    )
    for file in files:
        file.complete = True
        file.shares.setdefault(channel.id, []).append(message["ts"])
    message["files"] = [file_object(sandbox, f) for f in files]
    messages.announce(sandbox, channel, message)
    for file in files:
        event = {
            "type": "file_shared",
            "file_id": file.id,
            "user_id": user_id,
            "file": {"id": file.id},
            "channel_id": channel.id,
            "event_ts": sandbox.clock.next_ts(),
        }
        publish(sandbox, event, channel)
    return message


async def upload(request: Request) -> Response:
    """Step two of an upload: the bytes, as the body or as one multipart file; no
    token.
    """
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    if file is None or file.uploaded:
        return PlainTextResponse("upload not found", 404)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            parts = [v for v in form.values() if not isinstance(v, str)]
            content = await parts[0].read() if parts else b""
    else:
        content = await request.body()
    if len(content) != file.size or len(content) > MAX_FILE_BYTES:
        return PlainTextResponse("the size is not the one announced", 400)
    file.content, file.uploaded = content, True
    sandbox.changed()
    return PlainTextResponse(f"OK - {len(content)}")


async def permalink(request: Request) -> Response:
    """A file for somebody at the chat page who sees it in a channel; never shown
    inline.
    """
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    person = sandbox.person(request.cookies.get(PERSONA_COOKIE, ""))
    channels = [sandbox.workspace.channels.get(c) for c in file.shares] if file else []
    seen = any(
        c is not None and person is not None and person.id in c.members
        for c in channels
    )
    if file is None or file.deleted or not seen:
        return PlainTextResponse("file not found", 404)
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
    return Response(
        file.content, media_type="application/octet-stream", headers=headers
    )


async def download(request: Request) -> Response:
    """`url_private`: the bytes for a token with files:read, a login page for anybody
    else.
    """
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    value = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = sandbox.tokens.get(value)
    if token is None or token.revoked or "files:read" not in token.scopes:
        return HTMLResponse(
            "<!doctype html><title>Sign in</title><p>Sign in to see this file."
        )
    if file is None or file.deleted or not file.complete:
        return PlainTextResponse("file not found", 404)
    return Response(file.content, media_type=file.mimetype)


UPLOAD_ROUTES = [
    Route("/files/{user_id}/{file_id}/{name:path}", permalink, methods=["GET"]),
    Route("/upload/v1/{file_id}", upload, methods=["POST", "PUT"]),
    Route("/files-pri/{team}-{file_id}/{name:path}", download, methods=["GET"]),
]
