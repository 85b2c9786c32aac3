"""openid.connect.token and openid.connect.userInfo."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from bot.sandbox.app.sign_in_codes import CODE_LIFE_S, SignInCode
from bot.sandbox.app.tokens import Token
from bot.sandbox.config import CLIENT_ID, CLIENT_SECRET, TEAM_DOMAIN, TEAM_ID, TEAM_NAME
from bot.sandbox.errors import SlackError
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.organisation import team_name
from bot.sandbox.workspace.people import Person, avatar_url

ID_TOKEN_LIFE_S = 300
_GRANT_TYPE = "authorization_code"
_USER_IMAGE_SIZES = (24, 32, 48, 72, 192, 512)
_TEAM_IMAGE_SIZES = (34, 44, 68, 88, 102, 132)


@method("openid.connect.token", tokens=())
def token(call: Call) -> Json:
    """Exchange a code for a user token and a signed id_token."""
    authenticate_client(call)
    check_grant_type(call)
    code = redeem_code(call, "openid")
    sandbox = call.sandbox
    person = sandbox.workspace.people[code.user_id]
    value = f"xoxp-{secrets.token_hex(24)}"
    sandbox.tokens[value] = Token(value, "user", person.id, code.scopes)
    sandbox.mark_changed()
    claims = id_claims(sandbox, person, code, value)
    return {
        "access_token": value,
        "token_type": "Bearer",
        "id_token": sandbox.signing_key.sign(claims),
    }


def authenticate_client(call: Call) -> None:
    """Check client id and secret, of HTTP Basic or of the body."""
    client_id = call.text("client_id")
    secret = call.text("client_secret")
    if call.basic_auth is not None:
        client_id, secret = call.basic_auth
    if client_id != CLIENT_ID:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise SlackError("bad_client_secret")


def check_grant_type(call: Call) -> None:
    """Raise invalid_grant_type for all but authorization_code, the default."""
    if call.text("grant_type", _GRANT_TYPE) != _GRANT_TYPE:
        raise SlackError("invalid_grant_type")


def redeem_code(call: Call, kind: str) -> SignInCode:
    """Use a code up and return it; a wrong redirect_uri or verifier burns it too."""
    # A code is used up even if the rest of the call is wrong.
    code = call.sandbox.sign_in_codes.pop(call.text("code"), None)
    if code is None or code.kind != kind:
        raise SlackError("invalid_code")
    if call.sandbox.clock.now() - code.issued_at > CODE_LIFE_S:
        raise SlackError("invalid_code")
    if call.optional_text("redirect_uri") != code.redirect_uri:
        raise SlackError("bad_redirect_uri")
    if not _fits_challenge(call, code.code_challenge):
        if kind == "openid":
            raise SlackError("invalid_grant")
        raise SlackError("invalid_code_verifier")
    return code


def _fits_challenge(call: Call, challenge: str | None) -> bool:
    """Return whether the call proves that it began the sign-in (PKCE, S256).

    A sign-in that began without a challenge needs no proof.
    """
    if challenge is None:
        return True
    verifier = call.text("code_verifier")
    digest = hashlib.sha256(verifier.encode()).digest()
    return _base64url(digest) == challenge


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def id_claims(
    sandbox: Sandbox,
    person: Person,
    code: SignInCode,
    access_token: str,
) -> Json:
    """Return Slack's claims; `at_hash` follows OpenID Connect Core 3.1.3.6."""
    now = sandbox.clock.seconds()
    digest = hashlib.sha256(access_token.encode()).digest()
    claims = {
        "iss": sandbox.issuer,
        "sub": person.id,
        "aud": CLIENT_ID,
        "exp": now + ID_TOKEN_LIFE_S,
        "iat": now,
        "at_hash": _base64url(digest[:16]),
        "https://slack.com/team_id": person.team_id,
        "https://slack.com/user_id": person.id,
    }
    if code.auth_time is not None:
        claims["auth_time"] = code.auth_time
    if code.nonce:
        claims["nonce"] = code.nonce
    return claims | _personal_claims(sandbox, person, code.scopes)


def _personal_claims(
    sandbox: Sandbox,
    person: Person,
    scopes: frozenset[str],
) -> Json:
    """Return the claims that the scopes `email` and `profile` add."""
    claims: Json = {}
    if "email" in scopes and person.email:
        claims |= {
            "email": person.email,
            "email_verified": True,
            "date_email_verified": person.updated,
        }
    if "profile" in scopes:
        claims |= _profile_claims(sandbox.base_url, person)
    return claims


def _profile_claims(base_url: str, person: Person) -> Json:
    claims: Json = {
        "name": person.real_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "locale": person.locale,
        "picture": avatar_url(base_url, person, 512),
        "https://slack.com/team_name": _team_name(person),
        "https://slack.com/team_domain": TEAM_DOMAIN,
    }
    for size in _USER_IMAGE_SIZES:
        image = avatar_url(base_url, person, size)
        claims[f"https://slack.com/user_image_{size}"] = image
    for size in _TEAM_IMAGE_SIZES:
        image = f"{base_url}/avatar/{TEAM_ID}-{size}.svg"
        claims[f"https://slack.com/team_image_{size}"] = image
    return claims


def _team_name(person: Person) -> str:
    if person.enterprise_id:
        return team_name(person.team_id)
    return TEAM_NAME


@method("openid.connect.userInfo", "openid", tokens=("user",))
def user_info(call: Call) -> Json:
    """Return the token's user, with the claims that its scopes allow."""
    person = call.caller
    claims = {
        "sub": person.id,
        "https://slack.com/user_id": person.id,
        "https://slack.com/team_id": person.team_id,
    }
    if person.enterprise_id:
        # The id_token has no such claim.
        claims["https://slack.com/enterprise_id"] = person.enterprise_id
    return claims | _personal_claims(call.sandbox, person, call.token.scopes)
