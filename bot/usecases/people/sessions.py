"""Signing in and out. A session binds a browser to a Slack team and user id."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.rules.people.sign_in import ENDED, OTHER_BROWSER, STALE, may_sign_in
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action, Person, Session, SignIn
from storage.store import Transaction

SESSION_LASTS = timedelta(hours=8)
SIGN_IN_LASTS = timedelta(minutes=10)
# Sign-ins under way at once. Anonymous visitors begin them, so their number is limited.
MAX_SIGN_INS = 2_000
_ANONYMOUS_EVENT_EVERY = timedelta(minutes=1)


@dataclass(
    frozen=True,
    kw_only=True,
)
class StartedSignIn:
    """The one-time secrets of a sign-in.

    `state` goes to Slack and into the browser's cookie; `nonce` comes back in the
    id_token.
    """

    state: str
    nonce: str


@dataclass(
    frozen=True,
    kw_only=True,
)
class StartedSession:
    """A session and `token`, the value of its cookie, which is stored nowhere."""

    token: str
    session: Session


def begin_sign_in(
    services: Services,
    *,
    return_to: str,
    now: datetime,
) -> StartedSignIn:
    """Store the page to return to, and return the one-time secrets of a sign-in."""
    state = secrets.token_urlsafe(32)
    nonce = secrets.token_urlsafe(32)
    sign_in = SignIn(
        state_hash=_hash(state),
        nonce=nonce,
        return_to=return_to,
        expires_at=now + SIGN_IN_LASTS,
    )
    with services.store.begin() as tx:
        tx.sessions.add_sign_in(sign_in)
        tx.sessions.limit_sign_ins(now, MAX_SIGN_INS)
    return StartedSignIn(
        state=state,
        nonce=nonce,
    )


def take_sign_in(
    services: Services,
    act: Act,
    state: str,
) -> SignIn:
    """Return the sign-in of this state, once. Raises `Refused`, recorded."""
    with services.store.begin() as tx:
        sign_in = tx.sessions.take_sign_in(_hash(state), act.now)
        if sign_in is None:
            _record_refusal(tx, act, STALE)
    if sign_in is None:
        raise Refused(STALE.sentence, rule=STALE.rule)
    return sign_in


def start_session(
    services: Services,
    act: Act,
    *,
    browser: str,
    authenticated_at: datetime | None = None,
    name: str = "",
) -> StartedSession:
    """Sign `act.person` in. Raises `Refused`, recorded, for people of other teams.

    `browser`: a pseudonym of the browser; the session is of no use in another one.
    `authenticated_at`: the time of the sign-in at Slack, if Slack reports it. `name`:
    the person's name in Slack.
    """
    token = secrets.token_urlsafe(32)
    # Slack's clock may run ahead of ours.
    signed_in_at = min(authenticated_at or act.now, act.now)
    session = Session(
        token_hash=_hash(token),
        person=act.actor,
        name=name,
        browser=browser,
        csrf=secrets.token_urlsafe(32),
        started_at=act.now,
        authenticated_at=signed_in_at,
        expires_at=act.now + SESSION_LASTS,
    )
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act.actor)
        tx.log.record(act.event(Action.SESSION_STARTED, refusal=refusal))
        if refusal is None:
            tx.sessions.add(session)
    if refusal is not None:
        raise Refused(refusal.sentence, rule=refusal.rule)
    return StartedSession(
        token=token,
        session=session,
    )


def _refusal(
    services: Services,
    tx: Transaction,
    person: Person,
) -> Refusal | None:
    return may_sign_in(
        is_our_team=person.team_id == services.team_id,
        membership=tx.people.membership_of(person.user_id),
    )


def refuse_sign_in(
    services: Services,
    act: Act,
    refusal: Refusal,
) -> None:
    """Put a failed sign-in on record. Raises `Refused`.

    Of the failures without a known person, one a minute and rule is recorded.
    """
    with services.store.begin() as tx:
        _record_refusal(tx, act, refusal)
    raise Refused(refusal.sentence, rule=refusal.rule)


def _record_refusal(
    tx: Transaction,
    act: Act,
    refusal: Refusal,
) -> None:
    """Record a refused sign-in, but not every attempt of anonymous visitors.

    The access log only grows, so what they do must not fill it.
    """
    is_anonymous = act.person is None
    if is_anonymous:
        round_name = f"sign-in {refusal.rule}"
        if not tx.rounds.start(round_name, act.now, _ANONYMOUS_EVENT_EVERY):
            return
    tx.log.record(act.event(Action.SESSION_STARTED, refusal=refusal))


def session_of(
    services: Services,
    token: str,
    now: datetime,
) -> Session | None:
    """Return the session of a cookie, unless it has ended."""
    with services.store.read() as tx:
        return tx.sessions.by_token(_hash(token), now)


def end_session_elsewhere(
    services: Services,
    act: Act,
    token: str,
) -> None:
    """End the session of a cookie that came from another browser, and record it."""
    with services.store.begin() as tx:
        token_hash = _hash(token)
        session = tx.sessions.by_token(token_hash, act.now)
        if session is not None:
            tx.sessions.end(token_hash, act.now)
            theirs = replace(act, person=session.person)
            event = theirs.event(Action.SESSION_ENDED, refusal=OTHER_BROWSER)
            tx.log.record(event)


def record_ended_session(
    services: Services,
    act: Act,
    token: str,
) -> None:
    """Record that a browser used a session that had ended."""
    with services.store.read() as tx:
        ended = tx.sessions.ended_by_token(_hash(token), act.now)
    if ended is None:
        return
    theirs = replace(act, person=ended.person)
    with services.store.begin() as tx:
        tx.log.record(theirs.event(Action.SESSION_ENDED, refusal=ENDED))


def end_session(
    services: Services,
    act: Act,
    token: str,
) -> None:
    """Sign one browser out."""
    with services.store.begin() as tx:
        tx.sessions.end(_hash(token), act.now)
        tx.log.record(act.event(Action.SESSION_ENDED))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
