"""Hearing a span less disguised or unmasked: asking for it, deciding on it, and its one
play.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import Site, Visit
from bot.pages.forms import one_of
from bot.pages.handlers.listen import player_values
from bot.pages.player_routes import player_routes
from bot.pages.responses import done, html
from bot.pages.routing import action, page
from bot.pages.sign_in.step_up import reason_values
from bot.usecases.listening import elevated
from bot.usecases.listening.elevated_play import ElevatedPlay
from storage.records import Closeness


def routes(site: Site) -> list[BaseRoute]:
    """All of them. {key} is a request's in /closer/ask/{key}, else that of one
    asking.
    """
    return [
        page(site, "/closer", queue),
        page(site, "/closer/ask/{key}", show),
        action(site, "/closer/ask/{key}", ask, form=show),
        action(site, "/closer/{key}/decide", decide, form=queue),
        *player_routes(site, "/closer", ElevatedPlay),
    ]


def show(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /closer/ask/<request>."""
    found = elevated.page(visit.services, visit.act, visit.key)
    base = f"/closer/{found.asked.key}" if found.asked else None
    unmasked = found.asked is not None and found.asked.closeness is Closeness.UNMASKED
    values = {
        **reason_values(visit),
        **player_values(visit, found.snippet, base, unmasked=unmasked),
    }
    return html(visit, "closer.html", page=found, error=error, **values)


def ask(visit: Visit) -> Response:
    """POST /closer/ask/<request>."""
    wanted, reason = visit.form.get("closeness", ""), visit.form.get("reason", "")
    closeness = one_of(Closeness, wanted, "Choose what you need to hear.", "closeness")
    elevated.ask(
        visit.services, visit.act, visit.key, closeness=closeness, reason=reason
    )
    return done(visit, f"/closer/ask/{visit.key}")


def queue(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /closer: what waits for this person's decision."""
    found = elevated.waiting(visit.services, visit.act)
    waiting = [(each.asked, each.request, each.reason) for each in found]
    values = {
        **reason_values(visit),
        "waiting": waiting,
        "error": error,
        "now": visit.act.now,
    }
    return html(visit, "closer_queue.html", **values)


def decide(visit: Visit) -> Response:
    """POST /closer/<key>/decide."""
    elevated.decide(
        visit.services,
        visit.act,
        visit.key,
        reason=visit.form.get("reason", ""),
        approve=visit.form.get("decision") == "approve",
    )
    return done(visit, "/closer")
