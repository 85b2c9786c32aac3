"""The care page of one person: breaks, met recordings and choices. It is private."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.forms import number_in
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.rules.distress.care import BREAKS, CATEGORIES
from bot.usecases.distress import care, peer_support


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /care."""
    return [
        page_route(context, "/care", show_care),
        action_route(context, "/care/break", take_break),
        action_route(context, "/care/back", end_break),
        action_route(context, "/care/choices", keep_choices),
        action_route(context, "/care/talk", call_colleague),
    ]


def show_care(visit: Visit) -> Response:
    """GET /care."""
    return render_page(
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
    return finish_action(visit, "/care")


def end_break(visit: Visit) -> Response:
    """POST /care/back."""
    care.end_break(visit.services, visit.act)
    return finish_action(visit, "/")


def keep_choices(visit: Visit) -> Response:
    """POST /care/choices."""
    care.choose(
        visit.services,
        visit.act,
        weekly_line="weekly_line" in visit.form,
        in_circle="in_circle" in visit.form,
        not_offered=visit.several.get("not_offered", ()),
    )
    return finish_action(visit, "/care")


def call_colleague(visit: Visit) -> Response:
    """POST /care/talk: the same call as /clip-talk without a name."""
    called = peer_support.ask_colleagues(visit.services, visit.act, "")
    if called:
        return finish_action(visit, "/care?called=yes")
    return finish_action(visit, "/care?called=nobody")
