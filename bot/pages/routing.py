"""The gate every page stands behind: session, origin and token checks, and errors for
people.
"""

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import Conflict, HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.context import Site, Visit
from bot.pages.responses import problem, sign_in_page
from bot.pages.sign_in.cookies import session_cookie
from bot.pages.sign_in.step_up import sign_in_once_more
from bot.rules.people.step_up import STEP_UP
from bot.usecases.people.sessions import (
    end_session_elsewhere,
    record_ended_session,
    session_of,
)
from storage.errors import StorageError
from storage.records import Session

Handler = Callable[[Visit], Response]
Form = Callable[[Visit, Invalid], Response]

MAX_FORM_BYTES = 32_768
_MAX_FIELDS = 60
_STATUS: Mapping[type[HelpClipError], int] = {
    Invalid: 422,
    NotFound: 404,
    Refused: 403,
    Conflict: 409,
    Unavailable: 503,
}
_log = logging.getLogger(__name__)


def page(site: Site, path: str, handler: Handler, *, public: bool = False) -> Route:
    """A GET route. It changes nothing but the record."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answer, site, request, handler, b"", public)

    return Route(path, endpoint, methods=["GET"])


def action(
    site: Site,
    path: str,
    handler: Handler,
    *,
    form: Form | None = None,
    public: bool = False,
) -> Route:
    """A POST route: only from our own pages, and (unless `public`) with the session's
    token.

    `form` is the page it is posted from: where the handler raises `Invalid`, a browser
    gets that page again, with the error and what was typed (`visit.form`).
    """
    handle = _with_form(handler, form) if form else handler

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_answer, site, request, handle, body, public)

    return Route(path, endpoint, methods=["POST"])


def _with_form(handler: Handler, form: Form) -> Handler:
    def handle(visit: Visit) -> Response:
        try:
            return handler(visit)
        except Invalid as error:
            if visit.wants_json:
                raise
            shown = form(visit, error)
            shown.status_code = _STATUS[Invalid]
            return shown

    return handle


def _answer(
    site: Site, request: Request, handler: Handler, body: bytes, public: bool
) -> Response:
    known = _session(site, request)
    is_theirs = known is not None and known.browser == site.browser(request)
    session = known if is_theirs else None
    visit = Visit(site=site, request=request, form={}, several={}, session=session)
    try:
        if request.method == "POST":
            visit = _checked_post(visit, body, public=public)
        if visit.session is None and not public:
            _note_refused_cookie(visit, known)
            return sign_in_page(visit)
        return handler(visit)
    except HelpClipError as error:
        if isinstance(error, Refused) and error.rule == STEP_UP.rule:
            return sign_in_once_more(visit, error)
        return problem(visit, error, _STATUS[type(error)])
    except StorageError as error:
        _log.error("storage failed: %s", type(error).__name__)
        away = Unavailable(
            "The place where snippets are kept does not answer. Try again soon."
        )
        return problem(visit, away, 503)


def _session(site: Site, request: Request) -> Session | None:
    token = request.cookies.get(session_cookie(site), "")
    return session_of(site.services, token, site.clock()) if token else None


def _note_refused_cookie(visit: Visit, known: Session | None) -> None:
    token = visit.request.cookies.get(session_cookie(visit.site), "")
    if known is not None:
        end_session_elsewhere(visit.services, visit.act, token)
    # A heartbeat only asks whether to stop; what is tried after that counts.
    elif token and not visit.request.url.path.endswith("/live"):
        record_ended_session(visit.services, visit.act, token)


def _checked_post(visit: Visit, body: bytes, *, public: bool) -> Visit:
    """The visit with its form. Raises `Refused` for what did not come from our own
    page.
    """
    if not _same_site(visit):
        raise Refused(
            "This came from another site, so nothing was done. Open the page itself and try again.",
            rule="cross_site",
        )
    pairs = _pairs(visit.request, body)
    several: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        several[name] = (*several.get(name, ()), value)
    if visit.session is not None and not public:
        token = dict(pairs).get("csrf", "")
        if not hmac.compare_digest(token.encode(), visit.session.csrf.encode()):
            raise Refused(
                "This page is from an earlier sign-in. Reload it, then try again.",
                rule="csrf",
            )
    return replace(visit, form=dict(pairs), several=several)


def _same_site(visit: Visit) -> bool:
    """Browsers say where a POST comes from in headers that pages cannot forge.

    Sec-Fetch-Site counts first: our own `Referrer-Policy: no-referrer` makes browsers
    send
    `Origin: null` with plain forms (Fetch standard, "append a request Origin header").
    """
    site = visit.request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return visit.request.headers.get("origin") == visit.site.origin


def _pairs(request: Request, body: bytes) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" or len(body) > MAX_FORM_BYTES:
        raise Invalid("This form cannot be read. Reload the page, then try again.")
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise Invalid(
            "This form cannot be read. Reload the page, then try again."
        ) from error
