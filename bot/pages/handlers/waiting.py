"""What waits to be erased after answers, for leads and safety officers."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.usecases.erasure import waiting


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /waiting."""
    return [
        page_route(context, "/waiting", show_waiting),
        action_route(context, "/waiting/{key}/keep", keep),
    ]


def show_waiting(visit: Visit) -> Response:
    """GET /waiting: the recordings that are erased unless a person keeps them."""
    found = waiting.list_waiting(visit.services, visit.act)
    return render_page(
        visit,
        "waiting.html",
        found=found,
        now=visit.act.now,
    )


def keep(visit: Visit) -> Response:
    """POST /waiting/<key>/keep."""
    waiting.keep(visit.services, visit.act, visit.key)
    return finish_action(visit, "/waiting")
