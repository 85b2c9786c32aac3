"""My sessions: a person's browsers, and signing them out."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.responses import finish_action, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in.cookies import delete_cookie, session_cookie
from bot.text.language import LANGUAGES
from bot.usecases.people.languages import choose_language, chosen_language
from bot.usecases.people.sessions import (
    end_my_session,
    end_my_sessions,
    my_sessions,
    session_key,
)
from storage.records import Session


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /sessions."""
    return [
        page_route(context, "/sessions", show_sessions),
        action_route(context, "/sessions/end", end_one),
        action_route(context, "/sessions/end-all", end_all),
        action_route(context, "/sessions/language", choose),
    ]


def show_sessions(visit: Visit) -> Response:
    """GET /sessions."""
    found = my_sessions(visit.services, visit.act)
    return render_page(
        visit,
        "sessions.html",
        sessions=found,
        key_of=session_key,
        this=_this_session(visit).token_hash,
        ended="ended" in visit.request.query_params,
        languages=LANGUAGES,
        chosen=chosen_language(visit.services, visit.act),
    )


def end_one(visit: Visit) -> Response:
    """POST /sessions/end: sign one browser out."""
    key = visit.form.get("session", "")
    end_my_session(visit.services, visit.act, key)
    if key == session_key(_this_session(visit)):
        return render_signed_out(visit)
    return finish_action(visit, "/sessions?ended=1")


def end_all(visit: Visit) -> Response:
    """POST /sessions/end-all: sign out of every browser, this one too."""
    end_my_sessions(visit.services, visit.act)
    return render_signed_out(visit)


def choose(visit: Visit) -> Response:
    """POST /sessions/language: choose the language of pages and messages."""
    choose_language(visit.services, visit.act, visit.form.get("language", ""))
    return finish_action(visit, "/sessions")


def render_signed_out(visit: Visit) -> Response:
    """Return the page of a browser whose session has ended."""
    response = render_page(visit, "signed_out.html")
    if visit.wants_json:
        response = finish_action(visit, "/sessions")
    response.headers["clear-site-data"] = '"cache", "storage"'
    delete_cookie(visit.context, response, session_cookie(visit.context))
    return response


def _this_session(visit: Visit) -> Session:
    assert visit.session is not None, "the route asks for a session"
    return visit.session
