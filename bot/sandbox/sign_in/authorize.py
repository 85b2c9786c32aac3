"""Sign in with Slack: discovery, the signing keys and the authorize page.

Tokens and userInfo are Web API methods: webapi/access/openid.py.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.app.sign_in_codes import SignInCode
from bot.sandbox.config import CLIENT_ID, LOOPBACK_HOSTS, PERSONA_COOKIE
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.people import Person

_PAGES = Environment(loader=PackageLoader("bot.sandbox", "static"), autoescape=True)
_PASSED_ON = (
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "team",
    "user_scope",
)
"""The parameters that the page's form sends again."""
_NO_STORE = {"Cache-Control": "no-store"}


def discovery(base_url: str, issuer: str) -> dict[str, object]:
    """Return the document Slack serves, with this sandbox's addresses."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base_url}/openid/connect/authorize",
        "token_endpoint": f"{base_url}/api/openid.connect.token",
        "userinfo_endpoint": f"{base_url}/api/openid.connect.userInfo",
        "jwks_uri": f"{base_url}/openid/connect/keys",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": [
            "sub",
            "auth_time",
            "iss",
            "https://slack.com/user_id",
            "https://slack.com/team_id",
        ],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": True,
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
        ],
    }


async def configuration(request: Request) -> Response:
    """Return the discovery document."""
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(discovery(sandbox.base_url, sandbox.issuer))


async def keys(request: Request) -> Response:
    """Return the public keys that verify id_tokens."""
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(sandbox.signing_key.jwks())


async def authorize(request: Request) -> Response:
    """Show the page "continue as ..." (GET), or redirect back with a code (POST)."""
    sandbox: Sandbox = request.app.state.sandbox
    kind = "openid"
    if request.url.path.startswith("/oauth/"):
        kind = "install"
    if request.method == "GET":
        return _page(sandbox, request, kind)
    form = await request.form()
    asked: QueryParams | FormData = request.query_params
    # The page sends the parameters again, other clients leave them in the query.
    if form.get("client_id"):
        asked = form
    problem = authorize_problem(sandbox, asked, kind)
    if problem:
        return _refusal(problem)
    person = sandbox.workspace.active_person(str(form.get("user_id", "")))
    if person is None or person.is_bot:
        return _refusal("That person cannot sign in.")
    code = _issue_code(sandbox, person, asked, kind)
    return RedirectResponse(_address_with_code(asked, code), 302)


def _address_with_code(asked: QueryParams | FormData, code: str) -> str:
    target = str(asked["redirect_uri"])
    joint = "?"
    if urlsplit(target).query:
        joint = "&"
    answer = {
        "code": code,
        "state": str(asked.get("state", "")),
    }
    return f"{target}{joint}{urlencode(answer)}"


def authorize_problem(
    sandbox: Sandbox,
    asked: QueryParams | FormData,
    kind: str = "openid",
) -> str | None:
    """Return why a request is refused, or None; `kind` is openid or install."""
    if asked.get("client_id") != CLIENT_ID:
        return "invalid_client_id: no app has that client_id."
    if asked.get("response_type", "code") != "code":
        return "unsupported_response_type: only code."
    scopes = split_scopes(str(asked.get("scope", "")))
    if kind == "openid" and "openid" not in scopes:
        return "invalid_scope: openid is missing."
    if not is_allowed_redirect(sandbox, str(asked.get("redirect_uri", ""))):
        return "bad_redirect_uri: this redirect_uri is not one of the app's."
    if asked.get("code_challenge_method", "S256") != "S256":
        return "invalid_request: the only code_challenge_method is S256."
    return None


def split_scopes(text: str) -> frozenset[str]:
    """Return scopes joined by commas (slack_sdk) or spaces (OpenID Connect)."""
    return frozenset(text.replace(",", " ").split())


def is_allowed_redirect(sandbox: Sandbox, uri: str) -> bool:
    """Return whether signing in may lead back to `uri`.

    Without configured addresses, every loopback address and the manifest's are allowed.
    """
    configured = sandbox.config.redirect_uris
    if configured:
        return any(_is_at_or_below(uri, known) for known in configured)
    if urlsplit(uri).hostname in LOOPBACK_HOSTS:
        return True
    return uri in sandbox.manifest.redirect_urls


def _is_at_or_below(uri: str, known: str) -> bool:
    folder = known.rstrip("/") + "/"
    return uri == known or uri.startswith(folder)


def _issue_code(
    sandbox: Sandbox,
    person: Person,
    asked: QueryParams | FormData,
    kind: str,
) -> str:
    first = secrets.randbelow(10**12)
    second = secrets.randbelow(10**12)
    code = f"{first}.{second}.{secrets.token_hex(32)}"
    scope_name = "user_scope"
    if kind == "openid":
        scope_name = "scope"
    sandbox.sign_in_codes[code] = SignInCode(
        person.id,
        str(asked["redirect_uri"]),
        _optional_text(asked, "nonce"),
        split_scopes(str(asked.get(scope_name, ""))),
        sandbox.clock.now(),
        _optional_text(asked, "code_challenge"),
        kind,
        _login_time(sandbox, person, asked),
    )
    return code


def _login_time(
    sandbox: Sandbox,
    person: Person,
    asked: QueryParams | FormData,
) -> int | None:
    """Return `auth_time`: when the person last logged in to the sandbox.

    By `sandbox.new_logins`, a request for a new login (OpenID Connect Core, section
    3.1.2.1) is honoured, ignored, or ignored without any `auth_time`.
    """
    now = sandbox.clock.seconds()
    logged_in_at = sandbox.logins.setdefault(person.id, now)
    if sandbox.new_logins == "honour":
        if _asks_new_login(asked, now - logged_in_at):
            sandbox.logins[person.id] = now
        return sandbox.logins[person.id]
    if sandbox.new_logins == "ignore":
        return logged_in_at
    return None


def _asks_new_login(asked: QueryParams | FormData, login_age_s: int) -> bool:
    prompts = str(asked.get("prompt", "")).split()
    if "login" in prompts:
        return True
    max_age = str(asked.get("max_age", ""))
    is_given = max_age.isascii() and max_age.isdigit() and len(max_age) < 10
    return is_given and login_age_s > int(max_age)


def _optional_text(asked: QueryParams | FormData, name: str) -> str | None:
    value = asked.get(name)
    if not value:
        return None
    return str(value)


def _page(
    sandbox: Sandbox,
    request: Request,
    kind: str,
) -> Response:
    asked = request.query_params
    problem = authorize_problem(sandbox, asked, kind)
    if problem:
        return _refusal(problem)
    persona_id = request.cookies.get(PERSONA_COOKIE, "")
    current = sandbox.workspace.active_person(persona_id)
    people = _offered_people(sandbox, current)
    passed_on = {name: value for name, value in asked.items() if name in _PASSED_ON}
    body = _PAGES.get_template("authorize.html").render(
        action=request.url.path,
        app=sandbox.manifest.app_name,
        people=people,
        current=current,
        passed_on=passed_on,
    )
    return HTMLResponse(body, headers=_NO_STORE)


def _offered_people(sandbox: Sandbox, current: Person | None) -> list[Person]:
    """Return the active personas, after this browser's person if not one of them."""
    people = [person for person in sandbox.workspace.people.values() if person.persona]
    people = [person for person in people if not person.deleted]
    if current is None:
        return people
    if current in people:
        return people
    return [current, *people]


def _refusal(problem: str) -> Response:
    page = _PAGES.get_template("refused.html").render(problem=problem)
    return HTMLResponse(page, 400)


SIGN_IN_ROUTES = [
    Route("/.well-known/openid-configuration", configuration, methods=["GET"]),
    Route("/openid/connect/keys", keys, methods=["GET"]),
    Route("/openid/connect/authorize", authorize, methods=["GET", "POST"]),
    Route("/oauth/v2/authorize", authorize, methods=["GET", "POST"]),
]
