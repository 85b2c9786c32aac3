"""openid.connect.token and openid.connect.userInfo."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

from bot.sandbox.app.tokens import Token
from bot.sandbox.config import CLIENT_ID, CLIENT_SECRET, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.sandbox.errors import SlackError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.sign_in.authorize import CODE_LIFE_S, Code
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.people import Person, avatar_url

ID_TOKEN_LIFE_S = 300


@method("openid.connect.token", tokens=())
def token(call: Call) -> Json:
    authenticate_client(call)
    if call.text("grant_type", "authorization_code") != "authorization_code":
        raise SlackError("invalid_grant_type")
    code = redeem_code(call, "openid")
    sandbox = call.sandbox
    person = sandbox.workspace.people[code.user_id]
    access = Token(f"xoxp-{secrets.token_hex(24)}", "user", person.id, code.scopes)
    sandbox.tokens[access.value] = access
    sandbox.changed()
    id_token = sandbox.key.sign(id_claims(sandbox, person, code, access.value))
    return {"access_token": access.value, "token_type": "Bearer", "id_token": id_token}


def authenticate_client(call: Call) -> None:
    """Client id and secret, by HTTP Basic or in the body."""
    client_id, secret = call.basic_auth or (
        call.text("client_id"),
        call.text("client_secret"),
    )
    if client_id != CLIENT_ID:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise SlackError("bad_client_secret")


def redeem_code(call: Call, kind: str) -> Code:
    """Use a code up; a wrong redirect_uri or verifier burns it too."""
    code = call.sandbox.codes.pop(call.text("code"), None)
    if not isinstance(code, Code) or code.kind != kind:
        raise SlackError("invalid_code")
    if call.sandbox.clock.now() - code.issued_at > CODE_LIFE_S:
        raise SlackError("invalid_code")
    if (call.text("redirect_uri") or None) != code.redirect_uri:
        raise SlackError("bad_redirect_uri")
    if (
        code.code_challenge
        and _challenge(call.text("code_verifier")) != code.code_challenge
    ):
        raise SlackError(
            "invalid_grant" if kind == "openid" else "invalid_code_verifier"
        )
    return code


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def id_claims(
    sandbox: Sandbox, person: Person, code: Code, access_token: str
) -> dict[str, Any]:
    """Slack's claims. `at_hash` is as OpenID Connect Core 3.1.3.6 says."""
    now = sandbox.clock.seconds()
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    claims = {
        "iss": sandbox.issuer,
        "sub": person.id,
        "aud": CLIENT_ID,
        "exp": now + ID_TOKEN_LIFE_S,
        "iat": now,
        "auth_time": now,
        "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
        "https://slack.com/team_id": person.team_id,
        "https://slack.com/user_id": person.id,
    }
    if code.nonce:
        claims["nonce"] = code.nonce
    return claims | _personal_claims(sandbox, person, code.scopes)


def _personal_claims(
    sandbox: Sandbox, person: Person, scopes: frozenset[str]
) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    if "email" in scopes and person.email:
        claims |= {"email": person.email, "email_verified": True}
        claims["date_email_verified"] = person.updated
    if "profile" in scopes:
        claims |= {
            "name": person.real_name,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "locale": person.locale,
            "picture": avatar_url(sandbox.base_url, person, 512),
            "https://slack.com/team_name": TEAM_NAME,
            "https://slack.com/team_domain": TEAM_DOMAIN,
        }
        for size in (24, 32, 48, 72, 192, 512):
            claims[f"https://slack.com/user_image_{size}"] = avatar_url(
                sandbox.base_url, person, size
            )
        team_icon = f"{sandbox.base_url}/avatar/{TEAM_ID}"
        for size in (34, 44, 68, 88, 102, 132):
            claims[f"https://slack.com/team_image_{size}"] = f"{team_icon}-{size}.svg"
    return claims


@method("openid.connect.userInfo", "openid", tokens=("user",))
def user_info(call: Call) -> Json:
    person = call.sandbox.workspace.people[call.token.user_id]
    claims = {
        "sub": person.id,
        "https://slack.com/user_id": person.id,
        "https://slack.com/team_id": person.team_id,
    }
    return claims | _personal_claims(call.sandbox, person, call.token.scopes)
