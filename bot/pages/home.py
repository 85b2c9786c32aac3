"""The same lists as App Home: what I asked, what I can answer, what needs my ruling."""

from starlette.responses import Response

from bot.pages.show import html
from bot.pages.site import Visit
from bot.usecases import care, home
from storage.records import is_request_name


def show(visit: Visit) -> Response:
    """GET /."""
    lists = home.home(visit.services, visit.act)
    off = visit.request.query_params.get("off", "")
    desks = {desk.id: desk.name for desk in visit.services.desks.desks.values()}
    return html(
        visit,
        "home.html",
        lists=lists,
        desks=desks,
        off=off if is_request_name(off) else "",
        teams=care.teams(visit.services, visit.act),
        now=visit.act.now,
    )
