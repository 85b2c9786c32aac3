"""Erasing, for administrators: what will go, what stops it, and the receipts."""

from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.errors import HelpClipError, Invalid
from bot.pages.gate import action, page
from bot.pages.show import done, go, html
from bot.pages.site import Site, Visit
from bot.pages.step_up import reason_values
from bot.usecases import erasures


def routes(site: Site) -> list[BaseRoute]:
    """Everything under /erase."""
    return [
        page(site, "/erase", show),
        action(site, "/erase/again", again),
        page(site, "/erase/{what}/{key}", look),
        action(site, "/erase/{what}/{key}", erase),
    ]


def show(visit: Visit) -> Response:
    """GET /erase: a form, and the newest erasures. With `what` and `of`, on to what would go."""
    asked = visit.request.query_params
    what, of = asked.get("what", ""), asked.get("of", "").strip()
    if what and of:
        return go(f"/erase/{erasures.read_what(what)}/{quote(of, safe='')}")
    found = erasures.known(visit.services, visit.act)
    return html(visit, "erasures.html", found=found, missing=bool(what))


def again(visit: Visit) -> Response:
    """POST /erase/again: try open places."""
    erasures.retry(visit.services, visit.act)
    return done(visit, "/erase")


def look(visit: Visit) -> Response:
    """GET /erase/<what>/<id>: what would go."""
    return _preview(visit, None, 200)


def erase(visit: Visit) -> Response:
    """POST /erase/<what>/<id>, with a reason and a fresh sign-in."""
    reason = visit.form.get("reason", "")
    try:
        erasures.begin(visit.services, visit.act, _what(visit), visit.key, reason=reason)
    except Invalid as error:
        if visit.wants_json:
            raise
        return _preview(visit, error, 422)
    return done(visit, "/erase")


def _what(visit: Visit) -> erasures.What:
    return erasures.read_what(str(visit.request.path_params["what"]))


def _preview(visit: Visit, error: HelpClipError | None, status: int) -> Response:
    found = erasures.preview(visit.services, visit.act, _what(visit), visit.key)
    values = {**reason_values(visit), "goes": found, "error": error}
    return html(visit, "erase.html", status, **values)
