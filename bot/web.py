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

from bot.metrics import metrics
from bot.pages.app import SlackSignIn, exception_handlers, middleware, pages
from bot.pages.hooks import hook_route
from bot.settings import Settings
from bot.slack.sockets import Sockets
from bot.usecases.services import Services
from storage.audit.keeper import Keeper

log = logging.getLogger(__name__)

MAX_DELIVERY_BYTES = 1_000_000


def build_web(
    settings: Settings,
    services: Services,
    app: App,
    sockets: Sockets | None,
    keeper: Keeper | None,
    clock: Callable[[], datetime],
) -> Starlette:
    """The pages, Slack's deliveries unless they come by socket, and what operators look at."""
    sign_in = SlackSignIn.for_api(
        settings.slack_api_url,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        team_id=services.team_id,
    )
    routes: list[BaseRoute] = []
    if sockets is None:  # with Socket Mode on, an unsigned delivery over HTTP has no business here
        # First: Starlette tries one route after the other, and Slack counts the time.
        routes.append(Route("/slack/events", _slack_endpoint(app), methods=["POST"]))
    if settings.hook_secret is not None:
        routes.append(hook_route(services, settings.hook_secret.get_secret_value(), clock))
    routes += [
        *pages(services, sign_in, clock=clock, trusted_proxies=settings.trusted_networks),
        Route("/healthz", lambda _: PlainTextResponse("ok")),
        Route("/readyz", _ready_endpoint(services, sockets, keeper)),
        Route("/metrics", _metrics_endpoint(services, keeper, clock)),
    ]
    return Starlette(
        routes=routes, middleware=middleware(), exception_handlers=exception_handlers()
    )


def _slack_endpoint(app: App) -> Callable[[Request], object]:
    # Not Bolt's own ASGI adapters: they run dispatch inside the event loop.
    async def slack_events(request: Request) -> Response:
        body = await request.body()
        if len(body) > MAX_DELIVERY_BYTES:
            return PlainTextResponse("too large", 413)
        try:
            delivery = BoltRequest(
                body=body.decode("utf-8", "replace"),
                query=str(request.query_params),
                headers=dict(request.headers),
            )
        except ValueError:  # Bolt reads the JSON before it checks the signature
            return PlainTextResponse("cannot be read", 400)
        answer = await run_in_threadpool(app.dispatch, delivery)
        response = Response(answer.body, answer.status)
        for name, values in answer.headers.items():
            response.headers[name] = values if isinstance(values, str) else values[0]
        return response

    return slack_events


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
            # Still ready: what happens is written down all the same, and every replica has the
            # same trouble, so turning people away would help nobody.
            return PlainTextResponse(f"ready, but the access log is not signed: {keeper.trouble}\n")
        return PlainTextResponse("ready\n")

    return readyz


def _metrics_endpoint(
    services: Services, keeper: Keeper | None, clock: Callable[[], datetime]
) -> Callable[[Request], Response]:
    render = metrics(services, clock, keeper)
    return lambda _: Response(render(), media_type=CONTENT_TYPE_LATEST)
