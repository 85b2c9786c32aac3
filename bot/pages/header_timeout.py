"""Close connections whose request header takes too long; uvicorn waits without a limit.

Its `timeout_keep_alive` begins after a response, and ends with the first byte of the
next request.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Browsers and Slack send a header at once; proxies pass on only whole ones.
HEADER_SECONDS = 10.0


class HeaderTimeoutProtocol(H11Protocol):
    """uvicorn's protocol with `header_seconds` for the header of each request.

    The time begins with the connection, or with the first byte of a later header. The
    time limit of bodies is in `BodyCap`.
    """

    header_seconds = HEADER_SECONDS

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._update_timer()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._update_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._cancel_timer()

    def _update_timer(self) -> None:
        is_header_complete = self.conn.their_state is not h11.IDLE
        if is_header_complete or self.transport.is_closing():
            self._cancel_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.header_seconds, self._close)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self.timeout_keep_alive_handler()
