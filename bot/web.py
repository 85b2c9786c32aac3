"""The web application of one process: every address help-clip answers at."""

import logging
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt import App, BoltRequest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.config.settings import Settings
from bot.metrics import metrics
from bot.pages.app import SlackSignIn, exception_handlers, middleware, pages
from bot.pages.handlers.hooks import hook_route
from bot.pages.headers import read_whole
from bot.slack.sockets import Sockets
from bot.usecases.services import Services
from storage.audit.keeper import Keeper

log = logging.getLogger(__name__)

_SLACK_PATH = "/slack/events"
_POST_ONLY: Response = PlainTextResponse("Slack posts here.", 405, {"allow": "POST"})


def build_web(
    settings: Settings,
    services: Services,
    app: App,
    sockets: Sockets | None,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> ASGIApp:
    """The pages, Slack's deliveries unless they come by socket, and what operators look
    at.
    """
    sign_in = SlackSignIn.for_api(
        settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        team_id=services.team_id,
    )
    routes: list[BaseRoute] = []
    if settings.hook_secret is not None:
        routes.append(
            hook_route(services, settings.hook_secret.get_secret_value(), clock)
        )
    routes += [
        *pages(
            services, sign_in, clock=clock, trusted_proxies=settings.trusted_networks
        ),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
        Route("/readyz", _ready_endpoint(services, sockets, keeper)),
        Route("/metrics", _metrics_endpoint(services, keeper, clock)),
    ]
    web = Starlette(
        routes=routes, middleware=middleware(), exception_handlers=exception_handlers()
    )
    if sockets is not None:  # an unsigned delivery over HTTP has no business here then
        return web
    return _beside(_SLACK_PATH, _slack_web(app), web)


def _beside(path: str, one: ASGIApp, others: ASGIApp) -> ASGIApp:
    """`one` answers at `path`, `others` everywhere else."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        is_one = scope["type"] == "http" and scope["path"] == path
        await (one if is_one else others)(scope, receive, send)

    return app


def _slack_web(app: App) -> ASGIApp:
    """Slack's deliveries, without what only browsers and pages need: Slack counts the
    time.
    """

    async def deliveries(scope: Scope, receive: Receive, send: Send) -> None:
        response = _POST_ONLY
        if scope["method"] == "POST":
            read = await read_whole(scope, receive)
            response = (
                read if isinstance(read, Response) else await _answer(app, scope, read)
            )
        await response(scope, receive, send)

    return deliveries


async def _answer(app: App, scope: Scope, messages: list[Message]) -> Response:
    # Not Bolt's own ASGI adapters: they run dispatch inside the event loop.
    body = b"".join(message.get("body", b"") for message in messages)
    try:
        delivery = BoltRequest(
            body=body.decode("utf-8", "replace"),
            query=scope["query_string"].decode("latin-1"),
            headers={
                n.decode("latin-1"): v.decode("latin-1") for n, v in scope["headers"]
            },
        )
    except ValueError:  # Bolt reads the JSON before it checks the signature
        return PlainTextResponse("cannot be read", 400)
    answer = await run_in_threadpool(app.dispatch, delivery)
    headers = {
        name: v if isinstance(v, str) else v[0] for name, v in answer.headers.items()
    }
    return Response(answer.body, answer.status, headers)


def _ready_endpoint(
    services: Services, sockets: Sockets | None, keeper: Keeper | None
) -> Callable[[Request], Response]:
    def readyz(_: Request) -> Response:
        try:
            services.store.ping()
        except Exception as error:  # noqa: BLE001  # whatever it is, we are not ready
            log.warning("not ready: database: %s", type(error).__name__)
            return PlainTextResponse("database does not answer\n", 503)
        if sockets is not None and not sockets.are_alive():
            return PlainTextResponse("Slack is silent\n", 503)
        if keeper is not None and keeper.trouble is not None:
            # Still ready: what happens is written down all the same, and every replica
            # has the same trouble, so turning people away would help nobody.
            return PlainTextResponse(
                f"ready, but the access log is not signed: {keeper.trouble}\n"
            )
        return PlainTextResponse("ready\n")

    return readyz


def _metrics_endpoint(
    services: Services, keeper: Keeper | None, clock: Callable[[], datetime]
) -> Callable[[Request], Response]:
    render = metrics(services, clock, keeper)
    return lambda _: Response(render(), media_type=CONTENT_TYPE_LATEST)
