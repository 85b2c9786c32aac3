"""Socket Mode: two connections, and a watchdog, because a socket can die without a
word.

The most frequent complaint about Socket Mode is a bot that stays "connected" and hears
nothing; slack_sdk reconnects on a closed socket, the watchdog on one that only looks
open.
"""

import logging
import threading
import time

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

log = logging.getLogger(__name__)

CONNECTIONS = 2  # Slack delivers each envelope to one of them; one may be refreshing
WATCH_SECONDS = 10.0
SILENT_SECONDS = 30.0  # slack_sdk pings every 5 s; six missed pongs


class Sockets:
    """The Socket Mode connections of one process."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handlers = [SocketModeHandler(app, app_token) for _ in range(CONNECTIONS)]
        self._stop = threading.Event()
        self._watchdog = threading.Thread(
            target=self._watch, name="socket-watchdog", daemon=True
        )

    def start(self) -> None:
        """Connect, and watch. Raises `SlackApiError` when Slack refuses the app
        token.
        """
        for handler in self._handlers:
            handler.connect()  # type: ignore[no-untyped-call]
        self._watchdog.start()

    def are_alive(self) -> bool:
        """Whether at least one connection heard from Slack lately."""
        return any(_is_alive(handler) for handler in self._handlers)

    def stop(self) -> None:
        """Close the connections."""
        self._stop.set()
        for handler in self._handlers:
            handler.close()  # type: ignore[no-untyped-call]

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            for handler in self._handlers:
                only_looks_open = handler.client.is_connected()
                if not _is_alive(handler):
                    log.warning("a Socket Mode connection is silent; reconnecting")
                    try:
                        # slack_sdk reconnects a closed one itself. Forced as well, the
                        # second connection replaces the first, and what came over that
                        # is never answered.
                        handler.client.connect_to_new_endpoint(force=only_looks_open)
                    except Exception as error:  # noqa: BLE001  # Slack is away: look again later
                        log.warning("reconnecting failed: %s", type(error).__name__)


def _is_alive(handler: SocketModeHandler) -> bool:
    client = handler.client
    session = getattr(client, "current_session", None)
    if session is None or not client.is_connected():
        return False
    last_pong = session.last_ping_pong_time
    return last_pong is None or time.time() - last_pong < SILENT_SECONDS
