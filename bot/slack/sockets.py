"""Socket Mode: two connections, and a watchdog for silent ones.

The most frequent complaint about Socket Mode is a bot that stays "connected" and
receives nothing. slack_sdk reconnects a closed socket, the watchdog one that only looks
open.
"""

import logging
import threading
import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

log = logging.getLogger(__name__)

# Slack delivers each envelope to one of them, while the other may be refreshing.
CONNECTIONS = 2
WATCH_SECONDS = 10.0
# slack_sdk pings every 5 s, so six pongs are missing then.
SILENT_SECONDS = 30.0


class Sockets:
    """The Socket Mode connections of one process."""

    def __init__(
        self,
        app: App,
        app_token: str,
    ) -> None:
        self._handlers = [SocketModeHandler(app, app_token) for _ in range(CONNECTIONS)]
        self._stop = threading.Event()
        self._watchdog = threading.Thread(
            target=self._watch,
            name="socket-watchdog",
            daemon=True,
        )

    def start(self) -> None:
        """Connect and watch. Raises `SlackApiError` if Slack refuses the app token."""
        for handler in self._handlers:
            handler.connect()  # type: ignore[no-untyped-call]
        self._watchdog.start()

    def are_alive(self) -> bool:
        """Return whether at least one connection has received a recent pong."""
        return any(_is_alive(handler) for handler in self._handlers)

    def stop(self) -> None:
        """Close the connections."""
        self._stop.set()
        for handler in self._handlers:
            handler.close()  # type: ignore[no-untyped-call]

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            for handler in self._handlers:
                _reconnect_if_silent(handler)


def _reconnect_if_silent(handler: SocketModeHandler) -> None:
    only_looks_open = handler.client.is_connected()
    if _is_alive(handler):
        return
    log.warning("a Socket Mode connection is silent; reconnecting")
    try:
        # slack_sdk reconnects a closed connection itself. Forced as well, the second
        # connection replaces the first, and its envelopes are never answered.
        handler.client.connect_to_new_endpoint(force=only_looks_open)
    except Exception as error:  # noqa: BLE001  # Slack is away: the watchdog tries again
        log.warning("reconnecting failed: %s", type(error).__name__)


def _is_alive(handler: SocketModeHandler) -> bool:
    client = handler.client
    session = getattr(client, "current_session", None)
    if session is None:
        return False
    if not client.is_connected():
        return False
    last_pong: float | None = session.last_ping_pong_time
    if last_pong is None:
        return True
    return time.time() - last_pong < SILENT_SECONDS
