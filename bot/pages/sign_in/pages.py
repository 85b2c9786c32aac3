"""Signing in with Slack, and signing out."""

import hmac
from dataclasses import replace

from starlette.responses import Response

from bot.errors import Refused
from bot.pages.context import Visit
from bot.pages.paths import local_path
from bot.pages.responses import go, html
from bot.pages.sign_in import openid
from bot.pages.sign_in.cookies import (
    drop,
    session_cookie,
    set_session,
    set_state,
    state_cookie,
)
from bot.pages.sign_in.openid import BadSignIn, Identity
from bot.rules.refusals import refuse
from bot.usecases.people.sessions import (
    begin_sign_in,
    end_session,
    refuse_sign_in,
    start_session,
    take_sign_in,
)

_OTHER_BROWSER = refuse("bad_state")
_OTHER_ORGANISATION = refuse("other_organisation")
_CANCELLED = refuse("slack_refused")


def ask_to_sign_in(visit: Visit) -> Response:
    """GET /sign-in: the button. Nothing begins before it is pressed."""
    to = local_path(visit.request.query_params.get("to", "/"))
    return html(visit, "sign_in.html", to=to, ended=False)


def begin(visit: Visit) -> Response:
    """POST /sign-in: off to Slack."""
    to = local_path(visit.form.get("to", "/"))
    started = begin_sign_in(visit.services, return_to=to, now=visit.act.now)
    address = visit.site.slack.address(
        redirect_uri=visit.site.redirect_uri, state=started.state, nonce=started.nonce
    )
    # Chromium holds form-action against every redirect that follows a form, and Slack
    # may send the browser on to a workspace's own identity provider. A page that moves
    # on starts afresh.
    navigates = visit.request.headers.get("sec-fetch-mode") == "navigate"
    response = (
        html(visit, "on_to_slack.html", address=address) if navigates else go(address)
    )
    set_state(visit.site, response, started.state)
    return response


def finish(visit: Visit) -> Response:
    """GET /sign-in/done: Slack sends the browser back here with a code."""
    query = visit.request.query_params
    state = query.get("state", "")
    act = visit.site.act(visit.request, None)
    bound = visit.request.cookies.get(state_cookie(visit.site, state), "")
    if not state or not hmac.compare_digest(bound.encode(), state.encode()):
        refuse_sign_in(visit.services, act, _OTHER_BROWSER)
    sign_in = take_sign_in(visit.services, act, state)
    if not query.get("code"):
        refuse_sign_in(visit.services, act, _CANCELLED)
    found = _identity(visit, query["code"], sign_in.nonce)
    identified = replace(act, person=found.person)
    if not _is_our_organisation(visit, found):
        refuse_sign_in(visit.services, identified, _OTHER_ORGANISATION)
    started = start_session(
        visit.services,
        identified,
        browser=visit.site.browser(visit.request),
        authenticated_at=found.authenticated_at,
        name=found.name,
    )
    _end_earlier(visit)
    response = go(local_path(sign_in.return_to))
    set_session(visit.site, response, started.token)
    drop(visit.site, response, state_cookie(visit.site, state))
    return response


def sign_out(visit: Visit) -> Response:
    """POST /sign-out."""
    _end_earlier(visit)
    response = html(visit, "signed_out.html")
    response.headers["clear-site-data"] = '"cache", "storage"'
    drop(visit.site, response, session_cookie(visit.site))
    return response


def _is_our_organisation(visit: Visit, found: Identity) -> bool:
    ours = visit.services.enterprise_id
    return found.enterprise_id is None or ours is None or found.enterprise_id == ours


def _identity(visit: Visit, code: str, nonce: str) -> Identity:
    site = visit.site
    try:
        token = openid.exchange(
            site.slack, site.http, code=code, redirect_uri=site.redirect_uri
        )
        return openid.identify(
            site.slack, site.keys, id_token=token, nonce=nonce, now=site.clock()
        )
    except BadSignIn as bad:
        refuse_sign_in(visit.services, site.act(visit.request, None), bad.refusal)
        raise Refused(bad.refusal.sentence, rule=bad.refusal.rule) from bad


def _end_earlier(visit: Visit) -> None:
    if visit.session is not None:
        token = visit.request.cookies[session_cookie(visit.site)]
        end_session(visit.services, visit.act, token)
