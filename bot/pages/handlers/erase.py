"""Erasure, for administrators: its preview, the holds against it, and the receipts."""

from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import PageContext, Visit
from bot.pages.forms import one_of
from bot.pages.responses import finish_action, redirect_to, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in.step_up import reason_values
from bot.rules.numbers import whole_number
from bot.text import text
from bot.usecases.erasure import overview


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes under /erase."""
    return [
        page_route(
            context,
            "/erase",
            show_erasures,
            is_grave=True,
        ),
        action_route(context, "/erase/again", retry),
        page_route(
            context,
            "/erase/{what}/{key}",
            show_preview,
            is_grave=True,
        ),
        action_route(
            context,
            "/erase/{what}/{key}",
            erase,
            form=show_preview,
        ),
    ]


def show_erasures(visit: Visit) -> Response:
    """GET /erase: a form, and the erasures, newest first, page by page.

    With `what` and `of`, a redirect to the preview of that erasure.
    """
    query = visit.request.query_params
    what = query.get("what", "")
    of = query.get("of", "").strip()
    if what and of:
        return redirect_to(f"/erase/{_parse_what(what)}/{quote(of, safe='')}")
    after = whole_number(query.get("after"))
    found = overview.list_erasures(visit.services, visit.act, after)
    return render_page(
        visit,
        "erasures.html",
        found=found,
        after=after,
        missing=bool(what),
    )


def retry(visit: Visit) -> Response:
    """POST /erase/again: clean the open places once more."""
    overview.retry(visit.services, visit.act)
    return finish_action(visit, "/erase")


def show_preview(
    visit: Visit,
    error: Invalid | None = None,
) -> Response:
    """GET /erase/<what>/<id>: the data that this erasure would remove."""
    found = overview.preview(
        visit.services,
        visit.act,
        _what(visit),
        visit.key,
    )
    values = reason_values(visit)
    return render_page(
        visit,
        "erase.html",
        preview=found,
        error=error,
        **values,
    )


def erase(visit: Visit) -> Response:
    """POST /erase/<what>/<id>, with a reason and a fresh sign-in."""
    reason = visit.form.get("reason", "")
    overview.erase_data(
        visit.services,
        visit.act,
        _what(visit),
        visit.key,
        reason=reason,
    )
    return finish_action(visit, "/erase")


def _what(visit: Visit) -> overview.What:
    return _parse_what(str(visit.request.path_params["what"]))


def _parse_what(typed: str) -> overview.What:
    sentence = text("erasure.page.kind_missing")
    return one_of(
        overview.What,
        typed,
        sentence,
        "what",
    )
