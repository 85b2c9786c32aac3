"""Sign in with Slack (OpenID Connect): addresses, code exchange and id_token checks.

Slack documents the flow under "Sign in with Slack"; the checks are those of OpenID
Connect Core 1.0, section 3.1.3.7.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeGuard
from urllib.parse import urlencode, urlsplit

import httpx
import jwt

from bot.errors import Unavailable
from bot.pages.sign_in.signing_keys import KeySet
from bot.proxies import proxy_for
from bot.rules.people.step_up import LEEWAY
from bot.rules.refusals import refuse
from bot.text import text
from bot.usecases.people.sign_ins import SignIn
from storage.database import is_storable
from storage.records import Person

_TIMEOUT_S = 10
_MAX_AGE = timedelta(minutes=15)
_SLACK_ID = re.compile("[A-Za-z0-9]{1,32}")
_TEAM = "https://slack.com/team_id"
# Slack allows display names of this many characters.
MAX_NAME = 80
_USER = "https://slack.com/user_id"
_ENTERPRISE = "https://slack.com/enterprise_id"
# datetime has no year after 9999, and 2**37 seconds are before its end.
_MAX_TIME = 2**37


@dataclass(
    frozen=True,
    kw_only=True,
)
class SlackSignIn:
    """The addresses of Slack's (or the sandbox's) sign-in, and the app that uses it."""

    client_id: str
    client_secret: str
    team_id: str
    issuer: str = "https://slack.com"
    authorize_url: str = "https://slack.com/openid/connect/authorize"
    token_url: str = "https://slack.com/api/openid.connect.token"
    keys_url: str = "https://slack.com/openid/connect/keys"
    # Proof Key for Code Exchange (RFC 7636).
    uses_pkce: bool = True

    @classmethod
    def for_api(
        cls,
        api_url: str,
        *,
        client_id: str,
        client_secret: str,
        team_id: str,
        uses_pkce: bool = True,
    ) -> Self:
        """Derive the addresses from that of a Web API such as https://slack.com/api/."""
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
            uses_pkce=uses_pkce,
        )

    @property
    def origin(self) -> str:
        """Return the origin that browsers are sent to; the forms' policy must allow it."""
        parts = urlsplit(self.authorize_url)
        return f"{parts.scheme}://{parts.netloc}"

    def address(
        self,
        sign_in: SignIn,
        redirect_uri: str,
    ) -> str:
        """Return the address that a browser signs in at."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            # The profile has the name that the player draws over its picture.
            "scope": "openid profile",
            "redirect_uri": redirect_uri,
            "state": sign_in.state,
            "nonce": sign_in.nonce,
        }
        if self.team_id:
            query["team"] = self.team_id
        if self.uses_pkce:
            query["code_challenge"] = sign_in.challenge
            query["code_challenge_method"] = "S256"
        if sign_in.asks_new_login:
            # OpenID Connect Core 1.0, section 3.1.2.1.
            query["prompt"] = "login"
            query["max_age"] = "0"
        return f"{self.authorize_url}?{urlencode(query)}"


@dataclass(
    frozen=True,
    kw_only=True,
)
class Identity:
    """The identity that Slack confirms.

    `authenticated_at` is None where Slack omits it. `name` decides nothing: people
    choose it themselves.
    """

    person: Person
    name: str
    enterprise_id: str | None
    authenticated_at: datetime | None


class BadSignIn(Exception):
    """The identity that Slack returned cannot be used.

    `rule` is the short code for the access log, `key` that of the sentence.
    """

    def __init__(
        self,
        rule: str,
        key: str = "refusals.bad_sign_in",
    ) -> None:
        super().__init__(rule)
        self.refusal = refuse(rule, key)


def open_client(slack: SlackSignIn) -> httpx.Client:
    """Return a client for `exchange_code`, with the proxy that Slack's calls use."""
    return httpx.Client(
        timeout=_TIMEOUT_S,
        # Sign-ins are rare, so the client keeps no connection for the next one.
        limits=httpx.Limits(max_keepalive_connections=0),
        # httpx reads NO_PROXY otherwise than Python's library does.
        proxy=proxy_for(slack.token_url),
        trust_env=False,
        verify=httpx.create_ssl_context(),
    )


def exchange_code(
    slack: SlackSignIn,
    http: httpx.Client,
    *,
    code: str,
    verifier: str,
    redirect_uri: str,
) -> str:
    """Exchange the code for an id_token.

    Raises `BadSignIn`, or `Unavailable` if Slack does not answer.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
    }
    if slack.uses_pkce:
        form["code_verifier"] = verifier
    app = (slack.client_id, slack.client_secret)
    try:
        answer = http.post(
            slack.token_url,
            data=form,
            auth=app,
        )
    except httpx.HTTPError as error:
        raise Unavailable(text("pages.error.slack_away")) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Unavailable(text("pages.error.slack_away"))
    token = _json_object(answer).get("id_token")
    if not isinstance(token, str):
        raise BadSignIn("code_refused")
    return token


def identify(
    slack: SlackSignIn,
    keys: KeySet,
    *,
    id_token: str,
    nonce: str,
    now: datetime,
) -> Identity:
    """Return the identity in the id_token.

    Raises `BadSignIn`, or `Unavailable` if Slack's keys cannot be read. The caller
    compares the team, so that the denial on record names the person.
    """
    claims = _verify(
        slack,
        keys,
        id_token,
        now,
    )
    claims = _with_names_of_slack(claims, slack.issuer)
    if not _is_nonce(claims.get("nonce"), nonce):
        raise BadSignIn("bad_nonce")
    enterprise = claims.get(_ENTERPRISE)
    return Identity(
        person=_person(claims),
        name=_printable_name(claims.get("name")),
        enterprise_id=str(enterprise) if enterprise else None,
        authenticated_at=_parse_time(claims.get("auth_time")),
    )


def _with_names_of_slack(
    claims: Mapping[str, Any],
    issuer: str,
) -> Mapping[str, Any]:
    """Return the claims with those that another Slack names after itself, as GovSlack.

    The issuer has signed them, so its own names come first.
    """
    found = dict(claims)
    for name in (_TEAM, _USER, _ENTERPRISE):
        own_name = issuer + urlsplit(name).path
        if own_name in claims:
            found[name] = claims[own_name]
    return found


def _is_nonce(found: object, expected: str) -> bool:
    if not isinstance(found, str) or not is_storable(found):
        return False
    return hmac.compare_digest(found.encode(), expected.encode())


def _person(claims: Mapping[str, Any]) -> Person:
    team = claims.get(_TEAM, "")
    user = claims.get(_USER, "")
    for value in (team, user):
        if not isinstance(value, str) or not _SLACK_ID.fullmatch(value):
            raise BadSignIn("no_identity")
    return Person(
        team_id=team,
        user_id=user,
    )


def _printable_name(name: object) -> str:
    """Return a name without the characters that would turn or hide the text around it."""
    if not isinstance(name, str):
        return ""
    printable = "".join(c for c in name if c.isprintable())
    return printable[:MAX_NAME].strip()


def _verify(
    slack: SlackSignIn,
    keys: KeySet,
    token: str,
    now: datetime,
) -> Mapping[str, Any]:
    """Return the claims of a token with a valid signature, audience, issuer and time."""
    key = _signing_key(keys, token)
    try:
        # PyJWT reads the machine's clock; `_check_times` uses `now` instead.
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


def _signing_key(
    keys: KeySet,
    token: str,
) -> jwt.PyJWK:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise BadSignIn("bad_token") from error
    if header.get("alg") != "RS256":
        raise BadSignIn("bad_algorithm")
    key = keys.find(str(header.get("kid", "")))
    if key is None:
        raise BadSignIn("unknown_key")
    return key


def _check_times(
    claims: Mapping[str, Any],
    now: datetime,
) -> None:
    moment = now.timestamp()
    leeway = LEEWAY.total_seconds()
    expires = claims["exp"]
    issued = claims["iat"]
    if not _is_time(expires) or not _is_time(issued):
        raise BadSignIn("bad_token")
    # Slack made the token a moment ago, when it received the code: if the token looks
    # old, a clock is wrong.
    is_expired = moment >= expires + leeway
    is_old = moment - issued > _MAX_AGE.total_seconds()
    if is_expired or is_old:
        raise BadSignIn("token_expired", "refusals.clocks_apart")
    if issued > moment + leeway:
        raise BadSignIn("token_from_future", "refusals.clocks_apart")


def _is_time(value: object) -> TypeGuard[float]:
    if type(value) not in (int, float):
        return False
    return 0 <= value < _MAX_TIME  # type: ignore[operator]


def _parse_time(value: object) -> datetime | None:
    if not _is_time(value):
        return None
    return datetime.fromtimestamp(value, UTC)


def _json_object(answer: httpx.Response) -> Mapping[str, Any]:
    """Return the JSON object in the body; empty for any other body."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    if not isinstance(body, Mapping):
        return {}
    return body
