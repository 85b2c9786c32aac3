"""Erasing, for administrators: what will go, what stops it, and the receipts."""

from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import Invalid
from bot.pages.context import Site, Visit
from bot.pages.forms import one_of
from bot.pages.responses import done, go, html
from bot.pages.routing import action, page
from bot.pages.sign_in.step_up import reason_values
from bot.usecases.erasure import overview


def routes(site: Site) -> list[BaseRoute]:
    """Everything under /erase."""
    return [
        page(site, "/erase", show),
        action(site, "/erase/again", again),
        page(site, "/erase/{what}/{key}", look),
        action(site, "/erase/{what}/{key}", erase, form=look),
    ]


def show(visit: Visit) -> Response:
    """GET /erase: a form, and the newest erasures. With `what` and `of`, on to what
    would go.
    """
    asked = visit.request.query_params
    what, of = asked.get("what", ""), asked.get("of", "").strip()
    if what and of:
        return go(f"/erase/{_kind(what)}/{quote(of, safe='')}")
    found = overview.list_erasures(visit.services, visit.act)
    return html(visit, "erasures.html", found=found, missing=bool(what))


def again(visit: Visit) -> Response:
    """POST /erase/again: try open places."""
    overview.retry(visit.services, visit.act)
    return done(visit, "/erase")


def look(visit: Visit, error: Invalid | None = None) -> Response:
    """GET /erase/<what>/<id>: what would go."""
    found = overview.preview(visit.services, visit.act, _what(visit), visit.key)
    return html(visit, "erase.html", goes=found, error=error, **reason_values(visit))


def erase(visit: Visit) -> Response:
    """POST /erase/<what>/<id>, with a reason and a fresh sign-in."""
    reason = visit.form.get("reason", "")
    overview.erase_data(
        visit.services, visit.act, _what(visit), visit.key, reason=reason
    )
    return done(visit, "/erase")


def _what(visit: Visit) -> overview.What:
    return _kind(str(visit.request.path_params["what"]))


def _kind(text: str) -> overview.What:
    return one_of(
        overview.What, text, "Choose a recording, a speaker or a colleague.", "what"
    )
