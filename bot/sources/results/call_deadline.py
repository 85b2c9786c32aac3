"""A deadline for a whole call of httpx, whose own limits are for each read."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Any, Self

# After each of these events httpcore returns the stream of the connection.
_OPENED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class CallDeadline:
    """Cuts the connection of a call that lasts longer than `seconds`.

    A receiver that sends a byte from time to time keeps no read waiting, and would hold
    the call for ever. The connection must be new, since an earlier one is not seen
    here; opening it has limits of its own.
    """

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Note the socket of the call: the `trace` extension of httpx calls this."""
        if event not in _OPENED:
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._is_over:
                self._cut()

    def _end(self) -> None:
        with self._lock:
            self._is_over = True
            self._cut()

    def _cut(self) -> None:
        if self._socket is not None:
            # The other side may have closed it meanwhile.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
