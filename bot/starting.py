"""Waiting for Slack at start, while `/readyz` reports what help-clip waits for."""

import logging
import time
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config.settings import Settings
from bot.opened_slack import OpenedSlack, SlackAway, open_slack
from bot.rules.pauses import pause_after_try
from bot.text import text

log = logging.getLogger(__name__)

_LONGEST_PAUSE = timedelta(seconds=15)


class OperatorsWeb:
    """The application for operators: a small one until the program is built."""

    def __init__(self) -> None:
        self.waits_for = text("pages.ready.starting")
        self._app: ASGIApp = Starlette(
            routes=[
                Route("/healthz", lambda _: PlainTextResponse("ok")),
                Route("/readyz", self._readyz),
            ]
        )

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Answer a request by the application of now."""
        await self._app(scope, receive, send)

    def hand_over(self, app: ASGIApp) -> None:
        """Answer later requests by the application of the built program."""
        self._app = app

    def _readyz(self, _: Request) -> Response:
        return PlainTextResponse(f"{self.waits_for}\n", 503)


def wait_for_slack(settings: Settings, operators: OperatorsWeb) -> OpenedSlack:
    """Return the client once Slack answers. Raises `Invalid` for a refused token."""
    n_tries = 0
    while True:
        n_tries += 1
        try:
            return open_slack(settings)
        except SlackAway as away:
            operators.waits_for = text("pages.ready.waiting", problem=away)
            log.warning("%s Trying again.", away)
            pause = max(pause_after_try(n_tries, _LONGEST_PAUSE), away.after)
            time.sleep(pause.total_seconds())
