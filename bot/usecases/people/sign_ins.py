"""Sign-ins under way. Each is kept in a sealed cookie of its browser, nowhere else.

An anonymous visitor begins as many as they like, and the database holds none of them.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from bot.errors import Refused
from bot.rules.people.sign_in import FORGED_STATE, STALE
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.people.refused_visitors import EVENT_EVERY
from bot.usecases.services import Services
from storage.errors import Sealed
from storage.records import Action, Person
from storage.seal import open_sealed, seal

SIGN_IN_LASTS = timedelta(minutes=10)
_PURPOSE = "sign-in"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in under way.

    `state` goes to Slack and comes back in the address, `nonce` in the id_token.
    `verifier` is the secret of PKCE (RFC 7636), `began_s` seconds since the epoch.
    """

    state: str
    nonce: str
    verifier: str
    return_to: str
    asks_new_login: bool
    began_s: int

    @property
    def began_at(self) -> datetime:
        return datetime.fromtimestamp(self.began_s, UTC)

    @property
    def challenge(self) -> str:
        """Return the S256 challenge of the verifier (RFC 7636, section 4.2)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def begin_sign_in(
    *,
    return_to: str,
    asks_new_login: bool,
    now: datetime,
) -> SignIn:
    """Return a new sign-in with one-time secrets."""
    return SignIn(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        return_to=return_to,
        asks_new_login=asks_new_login,
        began_s=int(now.timestamp()),
    )


def seal_sign_in(services: Services, sign_in: SignIn) -> str:
    """Return the value of the cookie that only this installation can read."""
    plain = json.dumps(asdict(sign_in)).encode()
    sealed = seal(plain, _key(services), _PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode()


def open_sign_in(
    services: Services,
    act: Act,
    *,
    sealed: str,
    state: str,
) -> SignIn:
    """Return the sign-in of a cookie. Raises `Refused`, counted and recorded.

    `state` is that of the address.
    """
    sign_in = _open(services, sealed)
    if sign_in is None or not _is_equal(sign_in.state, state):
        refuse_sign_in(services, act, FORGED_STATE)
    if act.now > sign_in.began_at + SIGN_IN_LASTS:
        refuse_sign_in(services, act, STALE)
    return sign_in


def _open(services: Services, sealed: str) -> SignIn | None:
    try:
        box = base64.b64decode(sealed, altchars=b"-_", validate=True)
        plain = open_sealed(box, _key(services), _PURPOSE)
    except (binascii.Error, ValueError, Sealed):
        return None
    return SignIn(**json.loads(plain))


def _key(services: Services) -> bytes:
    return services.snippet_key.derive(_PURPOSE.encode())


def _is_equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def find_colleague(
    services: Services,
    person: Person,
    enterprise_id: str | None,
) -> Person:
    """Return a signed-in person; a colleague is recorded under the organisation.

    `enterprise_id` is what the id_token names, mostly nothing: then the account that
    Slack has described shows whether a workspace is one of the organisation.
    """
    ours = services.enterprise_id
    if ours is not None and enterprise_id is None:
        with services.store.read() as tx:
            account = tx.people.known([person.user_id]).get(person.user_id)
        if account is not None and account.team_id == person.team_id:
            enterprise_id = account.enterprise_id
    return services.person(
        person.user_id,
        team_id=person.team_id,
        enterprise_id=enterprise_id,
    )


def nonce_hash(nonce: str) -> str:
    """Return the form in which a used nonce is stored."""
    return hashlib.sha256(nonce.encode()).hexdigest()


def refuse_sign_in(
    services: Services,
    act: Act,
    refusal: Refusal,
) -> NoReturn:
    """Count a failed sign-in, put it on record, and raise `Refused`.

    Of the failures without a known person, one a minute and rule is recorded, with the
    number of those since the last event: the access log only grows, so that anonymous
    visitors must not fill it.
    """
    if act.person is not None:
        with services.store.begin() as tx:
            tx.log.record(act.event(Action.SESSION_STARTED, refusal=refusal))
    else:
        attempts = services.refused_visitors.count(refusal.rule, act.now)
        if attempts:
            _record_attempts(services, act, refusal, attempts)
    raise Refused(refusal.sentence, rule=refusal.rule)


def _record_attempts(
    services: Services,
    act: Act,
    refusal: Refusal,
    attempts: int,
) -> None:
    round_name = f"sign-in {refusal.rule}"
    with services.store.begin() as tx:
        # Another replica may have recorded one within this minute.
        if tx.rounds.start(round_name, act.now, EVENT_EVERY):
            event = act.event(
                Action.SESSION_STARTED,
                refusal=refusal,
                numbers={"attempts": attempts},
            )
            tx.log.record(event)
