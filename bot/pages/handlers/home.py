"""The lists of App Home as a page: asked requests, answerable ones, open rulings."""

from starlette.responses import Response

from bot.pages.context import Visit
from bot.pages.responses import render_page
from bot.usecases.distress import care
from bot.usecases.erasure import waiting
from bot.usecases.people import home
from storage.records import is_request_name


def show_home(visit: Visit) -> Response:
    """GET /."""
    lists = home.read_home(visit.services, visit.act)
    declined = visit.request.query_params.get("off", "")
    if not is_request_name(declined):
        declined = ""
    desks = {desk.id: desk.name for desk in visit.services.desks.desks.values()}
    return render_page(
        visit,
        "home.html",
        lists=lists,
        desks=desks,
        declined=declined,
        teams=care.teams(visit.services, visit.act),
        n_waiting=waiting.count_waiting(visit.services, visit.act),
        now=visit.act.now,
    )
