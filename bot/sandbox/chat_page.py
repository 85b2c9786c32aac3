"""The chat page, its static files, and drawn avatars."""

from __future__ import annotations

import base64
import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.people import Person, photo_type

STATIC = Path(__file__).parent / "static"
_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; "
    "frame-ancestors 'none'"
)
_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
}
_UNKNOWN_COLOR = "5b5b66"
_UNKNOWN_NAME = "Sandbox"
_AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" role="img">'
    '<rect width="72" height="72" rx="14" fill="#{color}"/>'
    '<text x="36" y="46" text-anchor="middle" font-size="28" fill="#fff" '
    'font-family="sans-serif" font-weight="600">{initials}</text>'
    "</svg>"
)


async def chat_page(request: Request) -> Response:
    """Return the one page for everything: channels, permalinks, the Home tab."""
    del request
    return FileResponse(STATIC / "index.html", headers=_PAGE_HEADERS)


async def avatar(request: Request) -> Response:
    """Return a person's picture, or a coloured square with the initials.

    The square is drawn here, since the page fetches nothing from other hosts.
    """
    sandbox: Sandbox = request.app.state.sandbox
    person = sandbox.person(request.path_params["user_id"])
    if person is None:
        return _drawn_avatar(_UNKNOWN_NAME, _UNKNOWN_COLOR)
    if person.photo:
        return _photo(person)
    return _drawn_avatar(person.real_name, person.color)


def _photo(person: Person) -> Response:
    image = base64.b64decode(person.photo)
    headers = {
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(image, media_type=photo_type(image), headers=headers)


def _drawn_avatar(name: str, color: str) -> Response:
    words = name.replace("-", " ").split()
    initials = "".join(word[0] for word in words[:2]).upper()
    svg = _AVATAR.format(color=color, initials=html.escape(initials))
    headers = {"Cache-Control": "max-age=3600"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


PAGE_ROUTES = [
    Route("/", chat_page, methods=["GET"]),
    Route("/archives/{channel}/{message}", chat_page, methods=["GET"]),
    Route("/archives/{channel}", chat_page, methods=["GET"]),
    Route("/avatar/{user_id}-{size:int}.svg", avatar, methods=["GET"]),
    Mount("/static", StaticFiles(directory=STATIC)),
]
