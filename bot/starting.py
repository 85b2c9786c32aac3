"""Waiting for Slack at start, while `/readyz` reports what help-clip waits for."""

import logging
import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config.settings import Settings
from bot.opened_slack import OpenedSlack, SlackAway, open_slack
from bot.text import text

log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 15.0


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
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            return open_slack(settings)
        except SlackAway as away:
            operators.waits_for = text("pages.ready.waiting", problem=away)
            log.warning("%s Trying again.", away)
            time.sleep(max(pause_s, away.after.total_seconds()))
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
