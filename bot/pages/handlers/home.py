"""The lists of App Home as a page: asked requests, answerable ones, open rulings."""

from starlette.responses import Response

from bot.pages.context import Visit
from bot.pages.responses import render_page
from bot.usecases.distress import care
from bot.usecases.erasure import waiting
from bot.usecases.history.asked import own_questions
from bot.usecases.people import home


def show_home(visit: Visit) -> Response:
    """GET /."""
    lists = home.read_home(visit.services, visit.act)
    with visit.services.store.read() as tx:
        questions = own_questions(visit.services, tx, visit.act, lists.asked.requests)
    desks = {desk.id: desk.name for desk in visit.services.desks.desks.values()}
    return render_page(
        visit,
        "home.html",
        lists=lists,
        questions=questions,
        desks=desks,
        teams=care.teams(visit.services, visit.act),
        n_waiting=waiting.count_waiting(visit.services, visit.act),
        now=visit.act.now,
    )
