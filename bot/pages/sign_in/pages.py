"""Signing in with Slack, and signing out."""

from dataclasses import replace
from datetime import datetime

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.pages.context import PageContext, Visit
from bot.pages.paths import local_path
from bot.pages.responses import redirect_to, render_page
from bot.pages.routing import action_route, page_route
from bot.pages.sign_in import openid
from bot.pages.sign_in.cookies import (
    delete_cookie,
    session_cookie,
    set_session,
    set_state,
    state_cookie,
)
from bot.pages.sign_in.my_sessions import render_signed_out
from bot.pages.sign_in.openid import BadSignIn, Identity
from bot.rules.people.step_up import login_shown
from bot.rules.refusals import refuse
from bot.usecases.people.sessions import end_session, start_session
from bot.usecases.people.sign_ins import (
    SignIn,
    begin_sign_in,
    find_colleague,
    open_sign_in,
    refuse_sign_in,
    seal_sign_in,
)
from storage.records import Login

_OTHER_ORGANISATION = refuse("other_organisation")
_CANCELLED = refuse("slack_refused")


def routes(context: PageContext) -> list[BaseRoute]:
    """Return all routes of signing in and out."""
    return [
        page_route(
            context,
            "/sign-in",
            ask_to_sign_in,
            public=True,
        ),
        action_route(
            context,
            "/sign-in",
            begin,
            public=True,
        ),
        page_route(
            context,
            "/sign-in/done",
            finish,
            public=True,
        ),
        action_route(context, "/sign-out", sign_out),
    ]


def ask_to_sign_in(visit: Visit) -> Response:
    """GET /sign-in: the button, which begins the sign-in."""
    to = local_path(visit.request.query_params.get("to", "/"))
    return render_page(
        visit,
        "sign_in.html",
        to=to,
        ended=False,
    )


def begin(visit: Visit) -> Response:
    """POST /sign-in: send the browser to Slack.

    The forms of grave acts have the field `new_login`: Slack is asked for one.
    """
    sign_in = begin_sign_in(
        return_to=local_path(visit.form.get("to", "/")),
        asks_new_login="new_login" in visit.form,
        now=visit.act.now,
    )
    address = visit.context.slack.address(sign_in, visit.context.redirect_uri)
    response = _send_to_slack(visit, address)
    set_state(
        visit.context,
        response,
        sign_in.state,
        seal_sign_in(visit.services, sign_in),
    )
    return response


def _send_to_slack(
    visit: Visit,
    address: str,
) -> Response:
    # Chromium applies form-action to every redirect that follows a form, and Slack may
    # redirect the browser to a workspace's own identity provider. A page that navigates
    # by itself ends that chain.
    if visit.request.headers.get("sec-fetch-mode") == "navigate":
        return render_page(visit, "on_to_slack.html", address=address)
    return redirect_to(address)


def finish(visit: Visit) -> Response:
    """GET /sign-in/done: Slack sends the browser back here with a code."""
    query = visit.request.query_params
    state = query.get("state", "")
    cookie = state_cookie(visit.context, state)
    act = visit.context.act(visit.request, None)
    sign_in = open_sign_in(
        visit.services,
        act,
        sealed=visit.request.cookies.get(cookie, ""),
        state=state,
    )
    if not query.get("code"):
        refuse_sign_in(visit.services, act, _CANCELLED)
    found = _identify(visit, query["code"], sign_in)
    person = find_colleague(visit.services, found.person, found.enterprise_id)
    identified = replace(act, person=person)
    if not _is_our_organisation(visit, found):
        refuse_sign_in(visit.services, identified, _OTHER_ORGANISATION)
    login = login_shown(
        asked_new=sign_in.asks_new_login,
        began_at=sign_in.began_at,
        logged_in_at=found.authenticated_at,
    )
    started = start_session(
        visit.services,
        identified,
        browser=visit.context.browser(visit.request),
        authenticated_at=_time_of_login(found, login),
        login=login,
        nonce=sign_in.nonce,
        name=found.name,
        kind=visit.context.browser_kind(visit.request),
    )
    _end_earlier_session(visit)
    response = redirect_to(local_path(sign_in.return_to))
    set_session(visit.context, response, started.token)
    delete_cookie(visit.context, response, cookie)
    return response


def _time_of_login(found: Identity, login: Login) -> datetime | None:
    """Return the time of the login; None, the present, if a new one was not shown.

    Slack has confirmed the person just now, and the record reports that there was no
    new login.
    """
    if login is Login.ASKED:
        return None
    return found.authenticated_at


def sign_out(visit: Visit) -> Response:
    """POST /sign-out."""
    _end_earlier_session(visit)
    return render_signed_out(visit)


def _is_our_organisation(
    visit: Visit,
    found: Identity,
) -> bool:
    ours = visit.services.enterprise_id
    if ours is None:
        return True
    if found.enterprise_id is None:
        return True
    return found.enterprise_id == ours


def _identify(
    visit: Visit,
    code: str,
    sign_in: SignIn,
) -> Identity:
    context = visit.context
    try:
        token = openid.exchange_code(
            context.slack,
            context.http,
            code=code,
            verifier=sign_in.verifier,
            redirect_uri=context.redirect_uri,
        )
        return openid.identify(
            context.slack,
            context.keys,
            id_token=token,
            nonce=sign_in.nonce,
            now=context.clock(),
        )
    except BadSignIn as bad:
        act = context.act(visit.request, None)
        refuse_sign_in(visit.services, act, bad.refusal)


def _end_earlier_session(visit: Visit) -> None:
    if visit.session is not None:
        token = visit.request.cookies[session_cookie(visit.context)]
        end_session(visit.services, visit.act, token)
