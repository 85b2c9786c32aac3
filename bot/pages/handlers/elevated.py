"""Elevated listens: the request for one, the decision on it, and its one play.

Addresses call them `closer`.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.forms import one_of
from bot.pages.handlers.listen import player_values
from bot.pages.player_routes import player_routes
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in.step_up import reason_values
from bot.text import text
from bot.usecases.listening import elevated
from bot.usecases.listening.elevated_play import ElevatedPlay
from storage.records import Elevation


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /closer.

    {key} is the key of a request in /closer/ask/{key}, else of an elevated listen.
    """
    return [
        page_route(
            context,
            "/closer",
            show_queue,
            is_grave=True,
        ),
        page_route(
            context,
            "/closer/ask/{key}",
            show_elevated,
            is_grave=True,
        ),
        action_route(
            context,
            "/closer/ask/{key}",
            ask,
            form=show_elevated,
        ),
        action_route(
            context,
            "/closer/{key}/decide",
            decide,
            form=show_queue,
        ),
        *player_routes(context, "/closer", ElevatedPlay),
    ]


def show_elevated(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /closer/ask/<request>."""
    found = elevated.page(visit.services, visit.act, visit.key)
    base = None
    unmasked = False
    if found.asked is not None:
        base = f"/closer/{found.asked.key}"
        unmasked = found.asked.closeness is Elevation.UNMASKED
    player = player_values(
        visit,
        found.snippet,
        base,
        unmasked=unmasked,
    )
    values = {
        **reason_values(visit),
        **player,
    }
    return render_page(
        visit,
        "elevated.html",
        page=found,
        error=error,
        **values,
    )


def ask(visit: Visit) -> Response:
    """POST /closer/ask/<request>."""
    typed = visit.form.get("closeness", "")
    sentence = text("listening.elevated_page.closeness_missing")
    closeness = one_of(
        Elevation,
        typed,
        sentence,
        "closeness",
    )
    elevated.ask(
        visit.services,
        visit.act,
        visit.key,
        closeness=closeness,
        reason=visit.form.get("reason", ""),
    )
    return finish_action(visit, f"/closer/ask/{visit.key}")


def show_queue(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /closer: the elevated listens that wait for this person's decision."""
    found = elevated.waiting(visit.services, visit.act)
    return render_page(
        visit,
        "elevated_queue.html",
        waiting=found,
        error=error,
        now=visit.act.now,
        **reason_values(visit),
    )


def decide(visit: Visit) -> Response:
    """POST /closer/<key>/decide."""
    elevated.decide(
        visit.services,
        visit.act,
        visit.key,
        reason=visit.form.get("reason", ""),
        approve=visit.form.get("decision") == "approve",
    )
    return finish_action(visit, "/closer")
