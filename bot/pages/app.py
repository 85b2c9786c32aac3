"""The pages as routes; the wiring puts them into one application with everything
else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.pages.context import Site
from bot.pages.handlers import (
    ask,
    audit,
    care,
    cases,
    elevated,
    erase,
    home,
    listen,
    mapping,
    rule,
)
from bot.pages.headers import middleware
from bot.pages.player_routes import player_routes
from bot.pages.responses import problem_page
from bot.pages.routing import action, page
from bot.pages.sign_in import pages as signing
from bot.pages.sign_in.openid import SlackSignIn
from bot.pages.sign_in.signing_keys import KeySet
from bot.rules.listening.access_conditions import Network
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.services import Services

__all__ = ["SlackSignIn", "exception_handlers", "middleware", "pages"]

_PROBLEMS = {
    404: ("Nothing here", "There is no such page. Open it again from Slack."),
    405: (
        "That did not work",
        "This address only takes what its own page sends. Open that page.",
    ),
    500: (
        "That did not work",
        "Something broke on our side, and it is in our log. Try again in a moment.",
    ),
}

_STATIC = Path(__file__).parent / "static"


def pages(
    services: Services,
    sign_in: SlackSignIn,
    *,
    clock: Callable[[], datetime],
    trusted_proxies: Sequence[Network] = (),
) -> list[BaseRoute]:
    """All routes of the pages. The application also needs `middleware()`."""
    # Sign-ins are rare: no connection is kept for the next one.
    http = httpx.Client(timeout=10, limits=httpx.Limits(max_keepalive_connections=0))
    site = Site(
        services=services,
        slack=sign_in,
        http=http,
        keys=KeySet(sign_in.keys_url),
        clock=clock,
        trusted_proxies=trusted_proxies,
    )
    return [
        page(site, "/sign-in", signing.ask_to_sign_in, public=True),
        action(site, "/sign-in", signing.begin, public=True),
        page(site, "/sign-in/done", signing.finish, public=True),
        action(site, "/sign-out", signing.sign_out),
        page(site, "/", home.show),
        page(site, "/ask", ask.show),
        action(site, "/ask", ask.send),
        action(site, "/ask/words", ask.show_words),
        action(site, "/ask/draft", ask.draft),
        page(site, "/rule", rule.queue),
        page(site, "/rule/{key}", rule.show),
        action(site, "/rule/{key}", rule.rule, form=rule.show),
        page(site, "/r/{key}", listen.show),
        *player_routes(site, "/r", RequestSnippet),
        action(site, "/r/{key}/answer", listen.answer),
        action(site, "/r/{key}/take-back", listen.take_back),
        action(site, "/r/{key}/not-me", listen.not_me),
        action(site, "/r/{key}/withdraw", listen.take_down),
        action(site, "/r/{key}/stop", listen.stop),
        page(site, "/mapping", mapping.show),
        action(site, "/mapping", mapping.confirm, form=mapping.show),
        *cases.routes(site),
        *care.routes(site),
        *elevated.routes(site),
        *erase.routes(site),
        *audit.routes(site),
        Mount("/static", _Files(directory=_STATIC), name="static"),
    ]


def exception_handlers() -> dict[Any, Callable[[Request, Exception], Response]]:
    """For the Starlette application: its own bare errors, as pages people can read."""

    def handler(status: int) -> Callable[[Request, Exception], Response]:
        def handle(_request: Request, error: Exception) -> Response:
            response = problem_page(*_PROBLEMS[status], status)
            response.headers.update(
                getattr(error, "headers", None) or {}
            )  # Allow, with a 405
            return response

        return handle

    return {status: handler(status) for status in _PROBLEMS}


class _Files(StaticFiles):
    """Files that browsers keep but ask about each time, so that a new version shows at
    once.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.setdefault("cache-control", "no-cache")
        return response
