"""Compressed responses, whose lengths vary at random."""

import secrets

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Shorter responses gain nothing.
_SMALLEST_BYTES = 1_000
# Sound hardly shrinks, and its listener waits for it.
_SOUND = "/audio"
# A length that varies at random blurs how well a secret of the page, such as the token
# of its forms, compresses together with text that a stranger put into its address.
_MOST_PADDING_BYTES = 96


class Compression:
    """Compress all responses with gzip, except sound, where the browser accepts it."""

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(
            app,
            minimum_size=_SMALLEST_BYTES,
            compresslevel=6,
        )

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http" or scope["path"].endswith(_SOUND):
            await self._plain(scope, receive, send)
            return

        async def send_padded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _padding()]
            await send(message)

        await self._compressed(scope, receive, send_padded)


def _padding() -> tuple[bytes, bytes]:
    """Return a header of a random length."""
    length = secrets.randbelow(_MOST_PADDING_BYTES) + 1
    return (b"x-padding", secrets.token_hex(length).encode())
