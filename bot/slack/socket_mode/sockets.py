"""Socket Mode: the connections of this process, and a watchdog for silent ones.

The most frequent complaint about Socket Mode is a bot that stays "connected" and
receives nothing. slack_sdk reconnects a closed socket, the watchdog one that only looks
open.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from slack_bolt import App
from slack_sdk.errors import SlackApiError

from bot.rules.slack_calls.errors import Course, course_of
from bot.slack.client import KeptWebClient
from bot.slack.retry import error_code
from bot.slack.socket_mode.client import SocketClient
from bot.slack.socket_mode.share import Hello, ProcessShare
from storage.store import Store

log = logging.getLogger(__name__)

WATCH_SECONDS = 2.0
# slack_sdk pings every 5 s, so six pongs are missing then.
SILENT_SECONDS = 30.0


class Sockets:
    """The Socket Mode connections of one process. `web_client` has the app token.

    Slack limits the connections of an app, so that the processes share them by the
    database.
    """

    def __init__(
        self,
        app: App,
        web_client: KeptWebClient,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._web_client = web_client
        self._clock = clock
        self._share = ProcessShare(store, clock)
        self._clients: list[SocketClient] = []
        self._allowed: int | None = None  # None before the first look at the share
        # The watchdog does not open a connection while `stop` closes them.
        self._changing = threading.Lock()
        self._stop = threading.Event()
        self._watchdog = threading.Thread(
            target=self._watch,
            name="socket-watchdog",
            daemon=True,
        )

    def start(self) -> None:
        """Connect and watch. Raises `SlackApiError` if Slack refuses the app token.

        While Slack is away, or other processes hold all connections, the watchdog tries
        again.
        """
        self._follow_share()
        self._watchdog.start()

    def n_open(self) -> int:
        """Return how many connections this process holds."""
        return len(self._clients)

    def are_alive(self) -> bool:
        """Return whether at least one connection has received a recent pong."""
        return any(_is_alive(client) for client in list(self._clients))

    def are_ready(self) -> bool:
        """Return whether one is alive, or other processes hold all connections."""
        return self._allowed == 0 or self.are_alive()

    def stop(self) -> None:
        """Close the connections, and free them for other processes."""
        self._stop.set()
        with self._changing:
            while self._clients:
                self._clients.pop().close()
        try:
            self._share.leave()
        except Exception as error:  # noqa: BLE001  # the share expires by itself
            log.warning("freeing the connections failed: %s", type(error).__name__)

    def _watch(self) -> None:
        while not self._stop.wait(WATCH_SECONDS):
            try:
                self._follow_share()
            except Exception as error:  # noqa: BLE001  # what is open stays open
                kind = type(error).__name__
                log.warning("sharing the connections failed: %s; trying again", kind)
            for client in list(self._clients):
                _reconnect_if_silent(client)

    def _follow_share(self) -> None:
        """Open or close connections, so that each process has its share of them."""
        with self._changing:
            if self._stop.is_set():
                return
            allowed = self._share.renew(len(self._clients), self._newest_hello())
            self._allowed = allowed
            if allowed < len(self._clients):
                while len(self._clients) > allowed:
                    self._clients.pop().close()
                self._share.renew(allowed, self._newest_hello())
            while len(self._clients) < allowed:
                client = SocketClient(self._app, self._web_client, self._clock)
                self._clients.append(client)
                _connect(client)

    def _newest_hello(self) -> Hello | None:
        hellos = [client.hello for client in self._clients if client.hello is not None]
        return max(hellos, key=lambda hello: hello.at, default=None)


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
