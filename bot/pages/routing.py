"""Routes that check session, origin and token, and show errors as pages for people."""

import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import Conflict, HelpClipError, Invalid, NotFound, Refused, Unavailable
from bot.pages.browser_language import browser_language
from bot.pages.context import PageContext, Visit
from bot.pages.responses import render_problem, render_sign_in_page
from bot.pages.sign_in.cookies import session_cookie
from bot.pages.sign_in.step_up import render_step_up
from bot.rules.people.idle import is_for_grave_acts
from bot.rules.people.sign_in import IDLE
from bot.rules.people.step_up import STEP_UP
from bot.text import text
from bot.text.language import speaking
from bot.usecases.people.languages import language_of
from bot.usecases.people.learning import explain
from bot.usecases.people.sessions import (
    end_session_elsewhere,
    record_ended_session,
    refuse_idle_session,
    session_of,
    use_session,
)
from storage.database import is_storable
from storage.errors import StorageError, Unstorable
from storage.records import Session

Handler = Callable[[Visit], Response]
Form = Callable[[Visit, Invalid], Response]

MAX_FORM_BYTES = 32_768
_MAX_FIELDS = 60
_POLL = "/live"
# The page of a fresh sign-in is shown for these rules.
_SIGN_IN_RULES = (STEP_UP.rule, IDLE.rule)
_FORM_TYPE = "application/x-www-form-urlencoded"
_STATUS: Mapping[type[HelpClipError], int] = {
    Invalid: 422,
    NotFound: 404,
    Refused: 403,
    Conflict: 409,
    Unavailable: 503,
}
_log = logging.getLogger(__name__)


def page_route(
    context: PageContext,
    path: str,
    handler: Handler,
    *,
    public: bool = False,
    is_grave: bool = False,
) -> Route:
    """Return a GET route. Its handler changes nothing except the access log.

    A session that was left alone for a while does not open pages of grave acts.
    """
    checked = CheckedHandler(
        context,
        handler,
        public=public,
        is_grave=is_grave,
    )

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(checked.respond, request, b"")

    return Route(path, endpoint, methods=["GET"])


def action_route(
    context: PageContext,
    path: str,
    handler: Handler,
    *,
    form: Form | None = None,
    public: bool = False,
) -> Route:
    """Return a POST route for forms of our own pages.

    Unless it is `public`, the form must carry the token of the session. `form` renders
    the page that holds the form: if the handler raises `Invalid`, a browser gets that
    page again, with the error and the typed values (`visit.form`). The page raises the
    refusal of a person without access, and records it, for scripts too.
    """
    if form is not None:
        handler = _with_form(handler, form)
    checked = CheckedHandler(context, handler, public=public)

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(checked.respond, request, body)

    return Route(path, endpoint, methods=["POST"])


def _with_form(
    handler: Handler,
    form: Form,
) -> Handler:
    def handle(visit: Visit) -> Response:
        try:
            return handler(visit)
        except Invalid as error:
            response = form(visit, error)
            if visit.wants_json:
                raise
            response.status_code = _STATUS[Invalid]
            return response

    return handle


@dataclass(frozen=True)
class CheckedHandler:
    """A handler behind the checks of session, origin and token."""

    context: PageContext
    handler: Handler
    public: bool
    is_grave: bool = False

    def respond(
        self,
        request: Request,
        body: bytes,
    ) -> Response:
        """Return the handler's response, or the page of its error."""
        known = _find_session(self.context, request)
        visit = Visit(
            context=self.context,
            request=request,
            form={},
            several={},
            session=_session_of_browser(self.context, request, known),
        )
        with speaking(_language_of(visit)):
            return self._respond(visit, known, body)

    def _respond(
        self,
        visit: Visit,
        known: Session | None,
        body: bytes,
    ) -> Response:
        try:
            _check_address(visit.request)
            if visit.request.method == "POST":
                visit = _check_post(visit, body, public=self.public)
            return self._handle(visit, known)
        except HelpClipError as error:
            return _render_error(visit, _explain(visit, error))
        except Unstorable:
            problem = Invalid(text("pages.error.unstorable_text"))
            return _render_error(visit, problem)
        except StorageError as error:
            _log.error("storage failed: %s", type(error).__name__)
            away = Unavailable(text("pages.error.storage_away"))
            return render_problem(visit, away, 503)

    def _handle(
        self,
        visit: Visit,
        known: Session | None,
    ) -> Response:
        if visit.session is None and not self.public:
            if visit.services.slack_link.refused is not None:
                # The app's removal ended every session, and no sign-in would succeed.
                raise Unavailable(text("people.roles.cut_off"))
            _record_refused_cookie(visit, known)
            return render_sign_in_page(visit)
        if visit.session is not None and not _is_poll(visit):
            self._use(visit, visit.session)
        return self.handler(visit)

    def _use(
        self,
        visit: Visit,
        session: Session,
    ) -> None:
        """Store that the session is in use.

        Raises `Refused` if it was left alone too long for this page.
        """
        services = visit.services
        now = visit.act.now
        use_session(services, session, now)
        if self.is_grave and not is_for_grave_acts(session, now, services.idle):
            refuse_idle_session(services, visit.act)
            raise Refused(IDLE.sentence, rule=IDLE.rule)


def _language_of(visit: Visit) -> str:
    """Return the person's language, that of the browser while it is unknown."""
    known = None
    if visit.person is not None:
        known = language_of(visit.services, visit.person.user_id)
    return known or browser_language(visit.request)


def _is_poll(visit: Visit) -> bool:
    """Return whether an open page asks by itself, which is no activity of a person."""
    return visit.request.url.path.endswith(_POLL)


def _explain(visit: Visit, error: HelpClipError) -> HelpClipError:
    if visit.session is None:
        return error
    return explain(visit.services, visit.act, error)


def _check_address(request: Request) -> None:
    """Refuse an address with text that no database can store.

    Raises `NotFound` for its path, because no key has such text, and `Invalid` for its
    query.
    """
    for value in request.path_params.values():
        if not is_storable(str(value)):
            raise NotFound(text("pages.error.no_page"))
    for name, value in request.query_params.multi_items():
        _check_storable(name)
        _check_storable(value)


def _check_storable(typed: str) -> None:
    if not is_storable(typed):
        raise Invalid(text("pages.error.unstorable_text"))


def _find_session(context: PageContext, request: Request) -> Session | None:
    token = request.cookies.get(session_cookie(context), "")
    if not token:
        return None
    return session_of(context.services, token, context.clock())


def _session_of_browser(
    context: PageContext,
    request: Request,
    known: Session | None,
) -> Session | None:
    """Return the session if it belongs to the browser that sent the request."""
    if known is None:
        return None
    if not context.is_browser(request, known.browser):
        return None
    return known


def _render_error(
    visit: Visit,
    error: HelpClipError,
) -> Response:
    if isinstance(error, Refused) and error.rule in _SIGN_IN_RULES:
        return render_step_up(visit, error)
    return render_problem(visit, error, _STATUS[type(error)])


def _record_refused_cookie(
    visit: Visit,
    known: Session | None,
) -> None:
    token = visit.request.cookies.get(session_cookie(visit.context), "")
    if known is not None:
        end_session_elsewhere(visit.services, visit.act, token)
        return
    # A heartbeat only checks whether to stop; a later attempt is what gets recorded.
    if token and not _is_poll(visit):
        record_ended_session(visit.services, visit.act, token)


def _check_post(
    visit: Visit,
    body: bytes,
    *,
    public: bool,
) -> Visit:
    """Return the visit with its form. Raises `Refused` unless our own page sent it."""
    if not _is_same_site(visit):
        raise Refused(text("pages.error.cross_site"), rule="cross_site")
    pairs = _parse_form(visit.request, body)
    several: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        _check_storable(name)
        _check_storable(value)
        several[name] = (*several.get(name, ()), value)
    form = dict(pairs)
    if visit.session is not None and not public:
        _check_token(visit.session, form.get("csrf", ""))
    return replace(
        visit,
        form=form,
        several=several,
    )


def _check_token(
    session: Session,
    token: str,
) -> None:
    if not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise Refused(text("pages.error.earlier_sign_in"), rule="csrf")


def _is_same_site(visit: Visit) -> bool:
    """Return whether a POST comes from our own pages, by headers no page can forge.

    Sec-Fetch-Site counts first: our own `Referrer-Policy: no-referrer` makes browsers
    send `Origin: null` with plain forms (Fetch standard, "append a request Origin
    header").
    """
    fetch_site = visit.request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return visit.request.headers.get("origin") == visit.context.origin


def _parse_form(
    request: Request,
    body: bytes,
) -> list[tuple[str, str]]:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind != _FORM_TYPE or len(body) > MAX_FORM_BYTES:
        raise Invalid(text("pages.error.unreadable_form"))
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError as error:
        raise Invalid(text("pages.error.unreadable_form")) from error
