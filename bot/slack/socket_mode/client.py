"""One Socket Mode connection that opens again with growing pauses."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.proxies import proxy_for
from bot.rules.numbers import whole_number
from bot.rules.pauses import pause_after_try
from bot.rules.slack_calls.sockets import LONGEST_PAUSE, STABLE_SECONDS
from bot.slack.client import KeptWebClient
from bot.slack.retry import TOO_MANY_REQUESTS, retry_after
from bot.slack.socket_mode.share import Hello

log = logging.getLogger(__name__)

_HELLO = "hello"


class SocketClient(SocketModeClient):
    """A connection with envelopes for a Bolt app.

    slack_sdk alone opens a closed connection again at once, as often as it closes, and
    sleeps in the caller's thread after a 429.
    """

    def __init__(
        self,
        app: App,
        web_client: KeptWebClient,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(
            app_token="",  # the web client holds the token
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=web_client,
        )
        self.hello: Hello | None = None
        self._app = app
        self._clock = clock
        self._stable_at: float | None = None  # None before Slack's hello
        self._next_at = 0.0
        self._n_tries = 0
        self.message_listeners.append(self._note_hello)
        self.socket_mode_request_listeners.append(self._handle)

    def may_connect(self) -> bool:
        """Return whether the pause after the last try is over."""
        return time.monotonic() >= self._next_at

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Open the connection again, unless the last try was too short ago."""
        if not self.may_connect():
            return
        now = time.monotonic()
        if self._stable_at is not None and now > self._stable_at:
            self._n_tries = 0
        self._stable_at = None
        self._n_tries += 1
        pause = pause_after_try(self._n_tries, LONGEST_PAUSE)
        self._next_at = now + pause.total_seconds()
        super().connect_to_new_endpoint(force)

    def connect(self) -> None:
        """Open the connection, through the proxy unless NO_PROXY names its host.

        Slack's sockets have a host of their own.
        """
        if self.wss_uri is None:
            self.wss_uri = self.issue_new_wss_url()
        self.proxy = proxy_for(self.wss_uri)
        super().connect()

    def issue_new_wss_url(self) -> str:
        """Return the address of a new connection. Raises `SlackApiError`, `OSError`."""
        try:
            answer = self.web_client.api_call("apps.connections.open")
        except SlackApiError as error:
            if error.response.status_code == TOO_MANY_REQUESTS:
                pause = retry_after(error.response.headers)
                self._next_at = time.monotonic() + pause.total_seconds()
            raise
        return str(answer["url"])

    def _note_hello(
        self,
        client: BaseSocketModeClient,
        message: dict[str, Any],
        raw_message: str | None,
    ) -> None:
        del client, raw_message
        if message.get("type") != _HELLO:
            return
        self._stable_at = time.monotonic() + STABLE_SECONDS
        counted = whole_number(message.get("num_connections"))
        if counted is not None:
            self.hello = Hello(counted, self._clock())

    def _handle(
        self,
        client: BaseSocketModeClient,
        request: SocketModeRequest,
    ) -> None:
        started = time.time()
        answer = run_bolt_app(self._app, request)
        send_response(
            client,
            request,
            answer,
            started,
        )
