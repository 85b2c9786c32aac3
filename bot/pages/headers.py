"""What every response carries, and how much a request may carry."""

import asyncio
from collections.abc import Iterable

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_SECONDS = 20.0
MAX_BODY_BYTES = (
    1 << 20
)  # Slack's largest payloads (a view with its state) stay under 500 kB


def policy(form_targets: Iterable[str] = ()) -> str:
    """The content security policy: our own files, nothing inline, nothing of anybody
    else.
    """
    forms = " ".join(["'self'", *form_targets])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'; form-action {forms}; frame-ancestors 'none'; base-uri 'none'"
    )


HEADERS = {
    "content-security-policy": policy(),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": (
        "camera=(), microphone=(), display-capture=(), geolocation=(), midi=(), payment=(), "
        "usb=(), browsing-topics=()"
    ),
    "x-robots-tag": "noindex, nofollow, noarchive",
}
_LENGTH = b"content-length"
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class SecurityHeaders:
    """Adds the headers above where a response does not set its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in _RAW if header[0] not in own),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyCap:
    """Refuses bodies over `max_bytes`, announced or streamed, before anything reads
    them whole.

    One that is not there after `max_seconds` is refused too: nobody holds a connection
    open.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int = MAX_BODY_BYTES,
        max_seconds: float = MAX_BODY_SECONDS,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = await read_whole(scope, receive, self._max_bytes, self._max_seconds)
        if isinstance(read, Response):
            await read(scope, receive, send)
        else:
            await self._app(scope, _replay(read, receive), send)


async def read_whole(
    scope: Scope,
    receive: Receive,
    max_bytes: int = MAX_BODY_BYTES,
    max_seconds: float = MAX_BODY_SECONDS,
) -> list[Message] | Response:
    """The messages of a request's body, or the answer to one too large or too slow."""
    announced = next(
        (value for name, value in scope["headers"] if name == _LENGTH), b"0"
    )
    if not announced.isdigit() or int(announced) > max_bytes:
        return _TOO_LARGE
    messages: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(max_seconds):
            while True:
                message = await receive()
                messages.append(message)
                size += len(message.get("body", b""))
                if size > max_bytes:
                    return _TOO_LARGE
                if message["type"] != "http.request" or not message.get("more_body"):
                    return messages
    except TimeoutError:
        return _TOO_SLOW


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def next_message() -> Message:
        return next(waiting, None) or await receive()

    return next_message


_TOO_LARGE = PlainTextResponse("That is more than this page takes. Send less.", 413)
_TOO_SLOW = PlainTextResponse(
    "That took too long. Try again.", 408, headers={"connection": "close"}
)


def middleware() -> list[Middleware]:
    """For the Starlette application that holds the pages."""
    return [Middleware(SecurityHeaders), Middleware(BodyCap)]
