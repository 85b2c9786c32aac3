"""Socket Mode: two connections, and a watchdog for silent ones.

The most frequent complaint about Socket Mode is a bot that stays "connected" and
receives nothing. slack_sdk reconnects a closed socket, the watchdog one that only looks
open.
"""

import logging
import threading
import time

from slack_bolt import App
from slack_sdk.errors import SlackApiError

from bot.rules.slack_calls.errors import Course, course_of
from bot.slack.client import KeptWebClient
from bot.slack.retry import error_code
from bot.slack.socket_mode.client import SocketClient

log = logging.getLogger(__name__)

# Slack delivers each envelope to one of them, while the other may be refreshing.
CONNECTIONS = 2
WATCH_SECONDS = 2.0
# slack_sdk pings every 5 s, so six pongs are missing then.
SILENT_SECONDS = 30.0


class Sockets:
    """The Socket Mode connections of one process. `web_client` has the app token."""

    def __init__(
        self,
        app: App,
        web_client: KeptWebClient,
    ) -> None:
        self._clients = [SocketClient(app, web_client) for _ in range(CONNECTIONS)]
        self._stop = threading.Event()
        self._watchdog = threading.Thread(
            target=self._watch,
            name="socket-watchdog",
            daemon=True,
        )

    def start(self) -> None:
        """Connect and watch. Raises `SlackApiError` if Slack refuses the app token.

        While Slack is away, the watchdog tries again.
        """
        for client in self._clients:
            _connect(client)
        self._watchdog.start()

    def are_alive(self) -> bool:
        """Return whether at least one connection has received a recent pong."""
        return any(_is_alive(client) for client in self._clients)

    def stop(self) -> None:
        """Close the connections."""
        self._stop.set()
        for client in self._clients:
            client.close()

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            for client in self._clients:
                _reconnect_if_silent(client)


def _connect(client: SocketClient) -> None:
    try:
        client.connect_to_new_endpoint()
    except SlackApiError as error:
        code = error_code(error)
        if course_of(code) is not Course.PASSES:
            raise
        log.warning("connecting to Slack failed: %s; trying again", code)
    except Exception as error:  # noqa: BLE001  # slack_sdk raises plain exceptions too
        kind = type(error).__name__
        log.warning("connecting to Slack failed: %s; trying again", kind)


def _reconnect_if_silent(client: SocketClient) -> None:
    only_looks_open = client.is_connected()
    if _is_alive(client) or not client.may_connect():
        return
    log.warning("a Socket Mode connection is silent; reconnecting")
    try:
        # slack_sdk reconnects a closed connection itself. Forced as well, the second
        # connection replaces the first, and its envelopes are never answered.
        client.connect_to_new_endpoint(force=only_looks_open)
    except Exception as error:  # noqa: BLE001  # Slack is away: the watchdog tries again
        log.warning("reconnecting failed: %s", type(error).__name__)


def _is_alive(client: SocketClient) -> bool:
    session = getattr(client, "current_session", None)
    if session is None:
        return False
    if not client.is_connected():
        return False
    last_pong: float | None = session.last_ping_pong_time
    if last_pong is None:
        return True
    return time.time() - last_pong < SILENT_SECONDS
