"""Sign in with Slack: discovery, authorize page, keys (token, userInfo:
webapi/openid.py).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.config import CLIENT_ID, LOOPBACK_HOSTS, PERSONA_COOKIE
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace.people import Person

CODE_LIFE_S = 600.0
_PAGES = Environment(loader=PackageLoader("bot.sandbox", "static"), autoescape=True)
_PASSED_ON = (
    "client_id",
    "code_challenge",
    "nonce",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "team",
    "user_scope",
)


@dataclass
class Code:
    """An authorization code: one use, ten minutes."""

    user_id: str
    redirect_uri: str | None
    nonce: str | None
    scopes: frozenset[str]
    issued_at: float
    code_challenge: str | None = None
    kind: str = "openid"


def discovery(base_url: str, issuer: str) -> dict[str, object]:
    """The document Slack serves, with this sandbox's addresses."""
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
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(discovery(sandbox.base_url, sandbox.issuer))


async def keys(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    return JSONResponse(sandbox.key.jwks())


async def authorize(request: Request) -> Response:
    """The page "continue as ..." (GET), and the redirect back with a code (POST)."""
    sandbox: Sandbox = request.app.state.sandbox
    kind = "install" if request.url.path.startswith("/oauth/") else "openid"
    if request.method == "GET":
        return _page(sandbox, request, kind)
    form = await request.form()
    asked = form if form.get("client_id") else request.query_params
    problem = authorize_problem(sandbox, asked, kind)
    if problem:
        return _refusal(problem)
    person = sandbox.person(str(form.get("user_id", "")))
    if person is None or person.deleted or person.is_bot:
        return _refusal("That person cannot sign in.")
    code = _issue_code(sandbox, person, asked, kind)
    answer = {"code": code, "state": str(asked.get("state", ""))}
    target = str(asked["redirect_uri"])
    joint = "&" if urlsplit(target).query else "?"
    return RedirectResponse(f"{target}{joint}{urlencode(answer)}", 302)


def authorize_problem(
    sandbox: Sandbox, asked: QueryParams | FormData, kind: str = "openid"
) -> str | None:
    """Why an authorize request is refused, or None; `kind` is openid or install."""
    if asked.get("client_id") != CLIENT_ID:
        return "invalid_client_id: no app has that client_id."
    if asked.get("response_type", "code") != "code":
        return "unsupported_response_type: only code."
    if kind == "openid" and "openid" not in scopes_of(str(asked.get("scope", ""))):
        return "invalid_scope: openid is missing."
    if not redirect_uri_allowed(sandbox, str(asked.get("redirect_uri", ""))):
        return "bad_redirect_uri: this redirect_uri is not one of the app's."
    return None


def scopes_of(text: str) -> frozenset[str]:
    """Scopes joined by commas (slack_sdk) or spaces (OpenID Connect)."""
    return frozenset(text.replace(",", " ").split())


def redirect_uri_allowed(sandbox: Sandbox, uri: str) -> bool:
    """One of those configured; without any configured, every loopback address."""
    configured = sandbox.config.redirect_uris
    if configured:
        return any(
            uri == known or uri.startswith(known.rstrip("/") + "/")
            for known in configured
        )
    return (
        urlsplit(uri).hostname in LOOPBACK_HOSTS
        or uri in sandbox.manifest.redirect_urls
    )


def _issue_code(
    sandbox: Sandbox, person: Person, asked: QueryParams | FormData, kind: str
) -> str:
    code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
    challenge = asked.get("code_challenge")
    sandbox.codes[code] = Code(
        person.id,
        str(asked["redirect_uri"]),
        str(asked["nonce"]) if asked.get("nonce") else None,
        scopes_of(str(asked.get("scope" if kind == "openid" else "user_scope", ""))),
        sandbox.clock.now(),
        str(challenge) if challenge else None,
        kind,
    )
    return code


def _page(sandbox: Sandbox, request: Request, kind: str) -> Response:
    asked = request.query_params
    problem = authorize_problem(sandbox, asked, kind)
    if problem:
        return _refusal(problem)
    current = sandbox.person(request.cookies.get(PERSONA_COOKIE, ""))
    people = [
        p for p in sandbox.workspace.people.values() if p.persona and not p.deleted
    ]
    if current is not None and current.deleted:
        current = None
    if current is not None and current not in people:
        people.insert(0, current)
    body = _PAGES.get_template("authorize.html").render(
        action=request.url.path,
        app=sandbox.manifest.app_name,
        people=people,
        current=current,
        passed_on={k: v for k, v in asked.items() if k in _PASSED_ON},
    )
    return HTMLResponse(body, headers={"Cache-Control": "no-store"})


def _refusal(problem: str) -> Response:
    return HTMLResponse(
        _PAGES.get_template("refused.html").render(problem=problem), 400
    )


OIDC_ROUTES = [
    Route("/.well-known/openid-configuration", configuration, methods=["GET"]),
    Route("/openid/connect/keys", keys, methods=["GET"]),
    Route("/openid/connect/authorize", authorize, methods=["GET", "POST"]),
    Route("/oauth/v2/authorize", authorize, methods=["GET", "POST"]),
]
