"""The bare POST of an upload, downloads that need a token, files at the chat page."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.config import PERSONA_COOKIE
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.files import File
from bot.sandbox.workspace.people import Person

_LOGIN_PAGE = "<!doctype html><title>Sign in</title><p>Sign in to see this file."
_NEVER_INLINE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "attachment",
}


async def upload(request: Request) -> Response:
    """Take the bytes of an upload, as the body or as one multipart file; no token."""
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    if file is None or file.uploaded:
        return PlainTextResponse("upload not found", 404)
    content = await _uploaded_bytes(request)
    # files.getUploadURLExternal refused sizes over the limit.
    if len(content) != file.size:
        return PlainTextResponse("the size is not the one announced", 400)
    file.content = content
    file.uploaded = True
    sandbox.mark_changed()
    return PlainTextResponse(f"OK - {len(content)}")


async def _uploaded_bytes(request: Request) -> bytes:
    content_type = request.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if isinstance(part, UploadFile):
                return await part.read()
    return b""


async def permalink(request: Request) -> Response:
    """Return a file to a person at the chat page who sees it; never shown inline."""
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    person = sandbox.person(request.cookies.get(PERSONA_COOKIE, ""))
    if file is None or not _may_see(sandbox, person, file):
        return PlainTextResponse("file not found", 404)
    return Response(
        file.content,
        media_type="application/octet-stream",
        headers=_NEVER_INLINE,
    )


def _may_see(
    sandbox: Sandbox,
    person: Person | None,
    file: File,
) -> bool:
    """Return whether a file is in a channel this person is a member of."""
    if person is None:
        return False
    if file.deleted:
        return False
    for channel_id in file.shares:
        if sandbox.workspace.joined_channel(channel_id, person.id) is not None:
            return True
    return False


async def download(request: Request) -> Response:
    """Return a file (`url_private`) for a token with files:read, else a login page."""
    sandbox: Sandbox = request.app.state.sandbox
    file = sandbox.workspace.files.get(request.path_params["file_id"])
    authorization = request.headers.get("authorization", "")
    value = authorization.removeprefix("Bearer ").strip()
    if not _may_read_files(sandbox, value):
        return HTMLResponse(_LOGIN_PAGE)
    if file is None or not file.is_available:
        return PlainTextResponse("file not found", 404)
    return Response(file.content, media_type=file.mimetype)


def _may_read_files(sandbox: Sandbox, token_value: str) -> bool:
    token = sandbox.tokens.get(token_value)
    if token is None or token.revoked:
        return False
    return "files:read" in token.scopes


TRANSFER_ROUTES = [
    Route("/files/{user_id}/{file_id}/{name:path}", permalink, methods=["GET"]),
    Route("/upload/v1/{file_id}", upload, methods=["POST", "PUT"]),
    Route("/files-pri/{team}-{file_id}/{name:path}", download, methods=["GET"]),
]
