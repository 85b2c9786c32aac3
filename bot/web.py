"""The web application of one process, with every path that help-clip serves."""

import logging
from collections.abc import Callable, Mapping, Sequence
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
_POST_ONLY: Response = PlainTextResponse(
    "Only POST is allowed.", 405, {"allow": "POST"}
)


def build_web(
    settings: Settings,
    services: Services,
    app: App,
    sockets: Sockets | None,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> ASGIApp:
    """Return the application: the pages, Slack's deliveries, and operators' endpoints.

    Deliveries over HTTP are served only where no socket is open.
    """
    sign_in = SlackSignIn.for_api(
        settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        team_id=services.team_id,
    )
    routes: list[BaseRoute] = []
    if settings.hook_secret is not None:
        secret = settings.hook_secret.get_secret_value()
        routes.append(hook_route(services, secret, clock))
    routes += [
        *pages(
            services, sign_in, clock=clock, trusted_proxies=settings.trusted_networks
        ),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
        Route("/readyz", _ready_endpoint(services, sockets, keeper)),
        Route("/metrics", _metrics_endpoint(services, keeper, clock)),
    ]
    web = Starlette(
        routes=routes,
        middleware=middleware(),
        exception_handlers=exception_handlers(),
    )
    if sockets is not None:
        # Over Socket Mode, a delivery over HTTP cannot come from Slack.
        return web
    return _route_path(_SLACK_PATH, _slack_web(app), web)


def _route_path(
    path: str,
    one: ASGIApp,
    others: ASGIApp,
) -> ASGIApp:
    """Return an application in which `one` serves `path` and `others` the rest."""

    async def app(
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] == "http" and scope["path"] == path:
            await one(scope, receive, send)
        else:
            await others(scope, receive, send)

    return app


def _slack_web(app: App) -> ASGIApp:
    """Return the application for Slack's deliveries.

    It skips the middleware that only browsers need, because Slack limits the time to
    acknowledge.
    """

    async def deliveries(
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        response = _POST_ONLY
        if scope["method"] == "POST":
            read = await read_whole(scope, receive)
            if isinstance(read, Response):
                response = read
            else:
                response = await _dispatch(app, scope, read)
        await response(scope, receive, send)

    return deliveries


async def _dispatch(
    app: App,
    scope: Scope,
    messages: list[Message],
) -> Response:
    # Bolt's own ASGI adapters are not used: they run dispatch inside the event loop.
    body = b"".join(message.get("body", b"") for message in messages)
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    query = scope["query_string"].decode("latin-1")
    try:
        delivery = BoltRequest(
            body=body.decode("utf-8", "replace"),
            query=query,
            headers=headers,
        )
    except ValueError:
        # Bolt reads the JSON before it checks the signature.
        return PlainTextResponse("cannot be read", 400)
    answer = await run_in_threadpool(app.dispatch, delivery)
    return Response(answer.body, answer.status, _first_values(answer.headers))


def _first_values(headers: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Return headers with one value each, as Starlette takes them."""
    found = {}
    for name, value in headers.items():
        found[name] = value if isinstance(value, str) else value[0]
    return found


def _ready_endpoint(
    services: Services,
    sockets: Sockets | None,
    keeper: Keeper | None,
) -> Callable[[Request], Response]:
    def readyz(_: Request) -> Response:
        try:
            services.store.ping()
        except Exception as error:  # noqa: BLE001 - any error means not ready
            log.warning("not ready: database: %s", type(error).__name__)
            return PlainTextResponse("database does not answer\n", 503)
        if sockets is not None and not sockets.are_alive():
            return PlainTextResponse("Slack is silent\n", 503)
        if keeper is not None and keeper.trouble is not None:
            # The process stays ready: events are recorded all the same, and every
            # replica has the same trouble, so a balancer could not do better.
            return PlainTextResponse(
                f"ready, but the access log is not signed: {keeper.trouble}\n"
            )
        return PlainTextResponse("ready\n")

    return readyz


def _metrics_endpoint(
    services: Services,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> Callable[[Request], Response]:
    render = metrics(services, clock, keeper)
    return lambda _: Response(render(), media_type=CONTENT_TYPE_LATEST)
