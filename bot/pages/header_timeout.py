"""Hangs up on whoever takes too long to send a request's head, which uvicorn waits for
forever.

Its `timeout_keep_alive` begins after a response, and ends with the first byte of the
next request.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0  # browsers and Slack send a head at once; proxies only whole ones


class PunctualProtocol(H11Protocol):
    """As uvicorn's, with `head_seconds` for each request's head, from the connection's
    beginning or the head's first byte on. The body's time is for `BodyCap`.
    """

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end_watch()

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._end_watch()
        elif self._patience is None:
            self._patience = self.loop.call_later(self.head_seconds, self._hang_up)

    def _end_watch(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _hang_up(self) -> None:
        self.timeout_keep_alive_handler()
