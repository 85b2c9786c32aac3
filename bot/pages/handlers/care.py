"""One's own care page: breaks, what one has met, what one wants. Nobody else can open
it.
"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import Site, Visit
from bot.pages.forms import number_in
from bot.pages.responses import done, html
from bot.pages.routing import action, page
from bot.rules.distress.care import BREAKS, CATEGORIES
from bot.usecases.distress import care, peer_support


def routes(site: Site) -> list[BaseRoute]:
    """Everything under /care."""
    return [
        page(site, "/care", show),
        action(site, "/care/break", take_break),
        action(site, "/care/back", back),
        action(site, "/care/choices", choose),
        action(site, "/care/talk", call),
    ]


def show(visit: Visit) -> Response:
    """GET /care."""
    return html(
        visit,
        "care.html",
        page=care.care_page(visit.services, visit.act),
        contacts=visit.services.desks.safety.contacts,
        lengths=BREAKS,
        categories=CATEGORIES,
        called=visit.request.query_params.get("called"),
    )


def take_break(visit: Visit) -> Response:
    """POST /care/break."""
    care.take_break(visit.services, visit.act, number_in(visit, "minutes"))
    return done(visit, "/care")


def back(visit: Visit) -> Response:
    """POST /care/back."""
    care.end_break(visit.services, visit.act)
    return done(visit, "/")


def choose(visit: Visit) -> Response:
    """POST /care/choices."""
    care.choose(
        visit.services,
        visit.act,
        weekly_line="weekly_line" in visit.form,
        in_circle="in_circle" in visit.form,
        not_offered=visit.several.get("not_offered", ()),
    )
    return done(visit, "/care")


def call(visit: Visit) -> Response:
    """POST /care/talk: the same call as /clip-talk, alone."""
    called = peer_support.ask_colleagues(visit.services, visit.act, "")
    return done(visit, f"/care?called={'yes' if called else 'nobody'}")
