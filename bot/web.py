"""The web applications of one process: one for the public, one for operators."""

import logging
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt import App
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.api.app import api_routes
from bot.config.settings import Settings
from bot.metrics import metrics
from bot.pages.app import SlackSignIn, exception_handlers, middleware, pages
from bot.pages.handlers.hooks import hook_route
from bot.pages.headers import SecurityHeaders, read_whole
from bot.rules.slack_calls.sockets import add_up
from bot.slack.http_delivery import slack_deliveries
from bot.slack.manifest import DELIVERIES
from bot.slack.socket_mode.sockets import Sockets
from bot.text import text
from bot.usecases.services import Services
from storage.audit.keeper import Keeper

log = logging.getLogger(__name__)


def build_web(
    settings: Settings,
    services: Services,
    app: App,
    sockets: Sockets | None,
    clock: Callable[[], datetime],
) -> ASGIApp:
    """Return the application for the public: pages, API, hooks and Slack's deliveries.

    Deliveries over HTTP are served only where no socket is open.
    """
    sign_in = SlackSignIn.for_api(
        settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        # Without a team, Slack asks the person for the workspace.
        team_id="" if services.team_ids else services.team_id,
        uses_pkce=settings.slack_pkce,
    )
    routes: list[BaseRoute] = []
    if settings.hook_secrets:
        routes.append(hook_route(services, settings.hook_secrets, clock))
    routes += [
        *api_routes(services, clock, settings.trusted_networks),
        *pages(
            services, sign_in, clock=clock, trusted_proxies=settings.trusted_networks
        ),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
    ]
    web = Starlette(
        routes=routes,
        middleware=middleware(),
        exception_handlers=exception_handlers(),
    )
    # Starlette would redirect to the host that the request names.
    web.router.redirect_slashes = False
    is_secure = settings.public_url.startswith("https://")
    if sockets is not None:
        # Over Socket Mode, a delivery over HTTP cannot come from Slack.
        return SecurityHeaders(web, is_secure=is_secure)
    deliveries = slack_deliveries(app, settings.slack_signing_secrets, read_whole)
    whole = _route_path(DELIVERIES, deliveries, web)
    return SecurityHeaders(whole, is_secure=is_secure)


def build_operators_web(
    services: Services,
    sockets: Sockets | None,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> ASGIApp:
    """Return the application for operators. It has a listener of its own.

    No request to the public listener reaches its paths.
    """
    return Starlette(
        routes=[
            Route("/healthz", lambda _: PlainTextResponse("ok")),
            Route("/readyz", _ready_endpoint(services, sockets, keeper, clock)),
            Route("/metrics", _metrics_endpoint(services, keeper, clock)),
        ],
        middleware=middleware(),
    )


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


def _ready_endpoint(
    services: Services,
    sockets: Sockets | None,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> Callable[[Request], Response]:
    def readyz(_: Request) -> Response:
        try:
            services.store.ping()
        except Exception as error:  # noqa: BLE001 - any error means not ready
            log.warning("not ready: database: %s", type(error).__name__)
            return PlainTextResponse(_line("pages.ready.no_database"), 503)
        refused = services.slack_link.refused
        if refused is not None:
            return PlainTextResponse(_line("pages.ready.cut_off", code=refused), 503)
        connections = ""
        if sockets is not None:
            if not sockets.are_ready():
                return PlainTextResponse(_line("pages.ready.no_slack"), 503)
            # Without a connection the process stays ready: other replicas hold them
            # all, and it serves the pages.
            connections = _connections_line(services, sockets, clock())
        if keeper is not None and keeper.trouble is not None:
            # The process stays ready: events are recorded all the same, and every
            # replica has the same trouble, so a balancer could not do better.
            unsigned = _line("pages.ready.unsigned", trouble=keeper.trouble)
            return PlainTextResponse(unsigned + connections)
        return PlainTextResponse(_line("pages.ready.ready") + connections)

    return readyz


def _connections_line(
    services: Services,
    sockets: Sockets,
    now: datetime,
) -> str:
    with services.store.read() as tx:
        totals = add_up(tx.socket_shares.live(now))
    return _line(
        "pages.ready.connections",
        here=sockets.n_open(),
        held=totals.held,
        counted=totals.counted or 0,
    )


def _metrics_endpoint(
    services: Services,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> Callable[[Request], Response]:
    render = metrics(services, clock, keeper)
    return lambda _: Response(render(), media_type=CONTENT_TYPE_LATEST)


def _line(key: str, **values: object) -> str:
    sentence = text(key, **values)
    return f"{sentence}\n"
