"""The headers of every response, and the limits of a request's body."""

import asyncio
from collections.abc import Iterable

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.pages.transfer.compression import Compression
from bot.rules.numbers import whole_number
from bot.text import text

MAX_BODY_SECONDS = 20.0
# Slack's largest payloads (a view with its state) stay under 500 kB.
MAX_BODY_BYTES = 1 << 20


def policy(form_targets: Iterable[str] = ()) -> str:
    """Return the content security policy: our own files only, and nothing inline.

    `form_targets` are the other origins that a form may lead to.
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
RawHeader = tuple[bytes, bytes]
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class SecurityHeaders:
    """Add the headers above where a response does not set its own.

    It goes around the whole application, errors and Slack's endpoint included. With
    `is_secure`, browsers are made to use https for a year.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_secure: bool,
    ) -> None:
        self._app = app
        self._added = [*_RAW]
        if is_secure:
            self._added.append(_HSTS)

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._with_headers(message["headers"])
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _with_headers(self, headers: list[RawHeader]) -> list[RawHeader]:
        own = {name for name, _ in headers}
        added = [header for header in self._added if header[0] not in own]
        return [*headers, *added]


class BodyCap:
    """Refuse bodies over `max_bytes`, announced or streamed, before they are read whole.

    A body that is incomplete after `max_seconds` is refused too, so that no client can
    hold a connection open.
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

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = await read_whole(
            scope,
            receive,
            self._max_bytes,
            self._max_seconds,
        )
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
    """Return the messages of a request's body.

    Returns the refusal instead if the body is over `max_bytes` or takes longer than
    `max_seconds`.
    """
    announced = _announced_length(scope)
    if whole_number(announced.decode("latin-1"), max_bytes) is None:
        return _too_large()
    try:
        async with asyncio.timeout(max_seconds):
            return await _receive_all(receive, max_bytes)
    except TimeoutError:
        return _too_slow()


def _announced_length(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == _LENGTH:
            return bytes(value)
    return b"0"


async def _receive_all(
    receive: Receive,
    max_bytes: int,
) -> list[Message] | Response:
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > max_bytes:
            return _too_large()
        is_disconnect = message["type"] != "http.request"
        if is_disconnect or not message.get("more_body"):
            return messages


def _replay(
    messages: list[Message],
    receive: Receive,
) -> Receive:
    waiting = iter(messages)

    async def next_message() -> Message:
        return next(waiting, None) or await receive()

    return next_message


def _too_large() -> Response:
    return PlainTextResponse(text("pages.error.too_large"), 413)


def _too_slow() -> Response:
    sentence = text("pages.error.too_slow")
    return PlainTextResponse(sentence, 408, headers={"connection": "close"})


def middleware() -> list[Middleware]:
    """Return the middleware for the Starlette application that holds the pages.

    `SecurityHeaders` goes around the whole application.
    """
    return [Middleware(Compression), Middleware(BodyCap)]
