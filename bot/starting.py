"""What a start waits for: Slack, and a restore of the database that is on record."""

import logging
import time
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config.settings import Settings
from bot.errors import Invalid
from bot.opened_slack import OpenedSlack, SlackAway, open_slack
from bot.rules.pauses import pause_after_try
from bot.text import text
from storage.audit.proofs.anchors import is_rolled_back
from storage.blobs import open_blobs
from storage.errors import StorageError
from storage.store import Store

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


def refuse_unrecorded_restore(settings: Settings) -> None:
    """Raise `Invalid` while the anchors know of more entries than the database holds.

    Otherwise a restored database would give the names of the lost time again. Anchors
    that do not answer stop nothing here.
    """
    if not settings.audit_anchors:
        return
    store = Store(settings.database_url)
    try:
        anchors = open_blobs(settings.audit_anchors)
        with store.read() as tx:
            rolled_back = is_rolled_back(tx, anchors)
    except StorageError as error:
        log.warning("the anchors cannot be read: %s", error)
        return
    finally:
        store.close()
    if rolled_back:
        raise Invalid(text("cli.wiring.restored"))


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
