"""Sign in with Slack (OpenID Connect): the addresses, the code exchange and the
id_token's checks.

Slack documents the flow under "Sign in with Slack"; the checks are those of OpenID
Connect Core 1.0, section 3.1.3.7.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeGuard
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from bot.errors import Unavailable
from bot.pages.sign_in.signing_keys import KeySet
from bot.rules.refusals import refuse
from storage.records import Person

LEEWAY = timedelta(seconds=60)  # how far Slack's clock and ours may be apart
_MAX_AGE = timedelta(minutes=15)
_TEAM = "https://slack.com/team_id"
MAX_NAME = 80  # what Slack allows a display name
_USER = "https://slack.com/user_id"
_ENTERPRISE = "https://slack.com/enterprise_id"
# The sentence for clocks that are minutes apart.
_CLOCKS = "refusals.clocks_apart"
_AWAY = "Slack does not answer, so nobody can be signed in. Try again in a minute."


@dataclass(frozen=True, kw_only=True)
class SlackSignIn:
    """Where Slack (or the sandbox) signs people in, and as which app we ask."""

    client_id: str
    client_secret: str
    team_id: str
    issuer: str = "https://slack.com"
    authorize_url: str = "https://slack.com/openid/connect/authorize"
    token_url: str = "https://slack.com/api/openid.connect.token"
    keys_url: str = "https://slack.com/openid/connect/keys"

    @classmethod
    def for_api(
        cls, api_url: str, *, client_id: str, client_secret: str, team_id: str
    ) -> Self:
        """The addresses that belong to a Web API address such as https://slack.com/api/."""
        parts = urlsplit(api_url)
        base = f"{parts.scheme}://{parts.netloc}"
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            team_id=team_id,
            issuer=base,
            authorize_url=f"{base}/openid/connect/authorize",
            token_url=f"{api_url.rstrip('/')}/openid.connect.token",
            keys_url=f"{base}/openid/connect/keys",
        )

    @property
    def origin(self) -> str:
        """Where the browser is sent; the forms' policy has to allow it."""
        parts = urlsplit(self.authorize_url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(self, *, redirect_uri: str, state: str, nonce: str) -> str:
        """Where to send a browser to sign in."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            # Who it is, and the name to draw over what they hear
            "scope": "openid profile",
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
            "team": self.team_id,
        }
        return f"{self.authorize_url}?{urlencode(query)}"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who Slack says this is. `authenticated_at` is None where Slack does not say.

    `name` decides nothing: people choose it themselves.
    """

    person: Person
    name: str
    enterprise_id: str | None
    authenticated_at: datetime | None


class BadSignIn(Exception):
    """The identity Slack sent back cannot be used. `rule` is the short code for the
    record.
    """

    def __init__(self, rule: str, key: str = "refusals.bad_sign_in") -> None:
        super().__init__(rule)
        self.refusal = refuse(rule, key)


def exchange(
    slack: SlackSignIn, http: httpx.Client, *, code: str, redirect_uri: str
) -> str:
    """Trade the code for an id_token. Raises `BadSignIn`, or `Unavailable` when Slack
    is away.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
    }
    try:
        answer = http.post(
            slack.token_url, data=form, auth=(slack.client_id, slack.client_secret)
        )
    except httpx.HTTPError as error:
        raise Unavailable(_AWAY) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Unavailable(_AWAY)
    token = _json(answer).get("id_token")
    if not isinstance(token, str):
        raise BadSignIn("code_refused")
    return token


def identify(
    slack: SlackSignIn, keys: KeySet, *, id_token: str, nonce: str, now: datetime
) -> Identity:
    """Who the id_token says this is. Raises `BadSignIn`, or `Unavailable` without
    Slack's keys.

    The team is not judged here: the caller compares it, so that the denial names the
    person.
    """
    claims = _verified(slack, keys, id_token, now)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise BadSignIn("bad_nonce")
    team, user = claims.get(_TEAM), claims.get(_USER)
    if not (isinstance(team, str) and isinstance(user, str) and team and user):
        raise BadSignIn("no_identity")
    enterprise, at = claims.get(_ENTERPRISE), claims.get("auth_time")
    return Identity(
        person=Person(team_id=team, user_id=user),
        name=_readable(claims.get("name")),
        enterprise_id=str(enterprise) if enterprise else None,
        authenticated_at=datetime.fromtimestamp(at, UTC) if _is_time(at) else None,
    )


def _readable(name: object) -> str:
    """A name without what would turn or hide the text around it."""
    if not isinstance(name, str):
        return ""
    return "".join(c for c in name if c.isprintable())[:MAX_NAME].strip()


def _verified(
    slack: SlackSignIn, keys: KeySet, token: str, now: datetime
) -> Mapping[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise BadSignIn("bad_token") from error
    if header.get("alg") != "RS256":
        raise BadSignIn("bad_algorithm")
    key = keys.find(str(header.get("kid", "")))
    if key is None:
        raise BadSignIn("unknown_key")
    try:
        # PyJWT reads the machine's clock; times are checked below against the one we
        # are given.
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=slack.client_id,
            issuer=slack.issuer,
            options={
                "require": ["iss", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidAudienceError as error:
        raise BadSignIn("bad_audience") from error
    except jwt.InvalidIssuerError as error:
        raise BadSignIn("bad_issuer") from error
    except jwt.InvalidTokenError as error:
        raise BadSignIn("bad_token") from error
    _check_times(claims, now)
    return claims


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    moment = now.timestamp()
    leeway = LEEWAY.total_seconds()
    expires, issued = claims["exp"], claims["iat"]
    if not _is_time(expires) or not _is_time(issued):
        raise BadSignIn("bad_token")
    # Slack made the token a moment ago, when we traded the code: if it looks old, a
    # clock is wrong.
    if moment >= expires + leeway or moment - issued > _MAX_AGE.total_seconds():
        raise BadSignIn("token_expired", _CLOCKS)
    if issued > moment + leeway:
        raise BadSignIn("token_from_future", _CLOCKS)


def _is_time(value: object) -> TypeGuard[float]:
    # datetime takes no later year than 9999.
    return type(value) in (int, float) and 0 <= value < 2**37  # type: ignore[operator]


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}
