"""The same lists as App Home: what I asked, what I can answer, what needs my ruling."""

from starlette.responses import Response

from bot.pages.context import Visit
from bot.pages.responses import html
from bot.usecases.distress import care
from bot.usecases.people import home
from storage.records import is_request_name


def show(visit: Visit) -> Response:
    """GET /."""
    lists = home.read_home(visit.services, visit.act)
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
