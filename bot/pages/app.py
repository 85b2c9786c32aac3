"""The pages as routes; the wiring puts them into one application with everything else."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount

from bot.pages.browser_language import browser_language
from bot.pages.context import PageContext
from bot.pages.handlers import (
    ask,
    audit,
    care,
    cases,
    elevated,
    erase,
    home,
    listen,
    lists,
    mapping,
    practice,
    rule,
    waiting,
)
from bot.pages.headers import middleware
from bot.pages.live.memory import LiveMemory
from bot.pages.player_routes import player_routes
from bot.pages.quality import routes as quality
from bot.pages.responses import render_problem_page
from bot.pages.routing import page_route
from bot.pages.sign_in import my_sessions
from bot.pages.sign_in import pages as sign_in_pages
from bot.pages.sign_in.openid import SlackSignIn, open_client
from bot.pages.sign_in.signing_keys import KeySet
from bot.pages.transfer.static_files import DigestFiles
from bot.rules.listening.access_conditions import Network
from bot.text import text
from bot.text.language import speaking
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.services import Services

__all__ = ["SlackSignIn", "exception_handlers", "middleware", "pages"]

# HTTP status -> the keys of its title and its sentence.
_PROBLEMS = {
    404: ("pages.error.not_found", "pages.error.no_page"),
    405: ("pages.error.invalid", "pages.error.wrong_method"),
    500: ("pages.error.invalid", "pages.error.broken"),
}


def pages(
    services: Services,
    sign_in: SlackSignIn,
    *,
    clock: Callable[[], datetime],
    trusted_proxies: Sequence[Network] = (),
    ticks: Callable[[], float] = time.monotonic,
) -> list[BaseRoute]:
    """Return all routes of the pages. The application also needs `middleware()`.

    `ticks` is a clock in seconds that never goes back.
    """
    context = PageContext(
        services=services,
        slack=sign_in,
        http=open_client(sign_in),
        keys=KeySet(sign_in.keys_url),
        clock=clock,
        live_memory=LiveMemory(services, clock, ticks),
        trusted_proxies=trusted_proxies,
    )
    return [
        *sign_in_pages.routes(context),
        *my_sessions.routes(context),
        page_route(context, "/", home.show_home),
        *ask.routes(context),
        *rule.routes(context),
        *listen.routes(context),
        *lists.routes(context),
        *practice.routes(context),
        *quality.routes(context),
        *player_routes(context, "/r", RequestSnippet),
        *mapping.routes(context),
        *cases.routes(context),
        *care.routes(context),
        *elevated.routes(context),
        *erase.routes(context),
        *waiting.routes(context),
        *audit.routes(context),
        Mount("/static", DigestFiles(), name="static"),
    ]


def exception_handlers() -> dict[Any, Callable[[Request, Exception], Response]]:
    """Return the handlers that show Starlette's own errors as pages people can read."""
    return {status: _problem_handler(status) for status in _PROBLEMS}


def _problem_handler(status: int) -> Callable[[Request, Exception], Response]:
    title, sentence = _PROBLEMS[status]

    def handle(
        request: Request,
        error: Exception,
    ) -> Response:
        with speaking(browser_language(request)):
            response = render_problem_page(text(title), text(sentence), status)
        # A 405 carries the header Allow.
        headers = getattr(error, "headers", None)
        if headers:
            response.headers.update(headers)
        return response

    return handle
