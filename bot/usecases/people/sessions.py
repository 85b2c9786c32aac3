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


@dataclass(frozen=True, kw_only=True)
class StartedSignIn:
    """`state` goes to Slack and into the browser's cookie; `nonce` comes back in the
    id_token.
    """

    state: str
    nonce: str


@dataclass(frozen=True, kw_only=True)
class StartedSession:
    """`token` is the cookie's value and is stored nowhere."""

    token: str
    session: Session


def begin_sign_in(
    services: Services, *, return_to: str, now: datetime
) -> StartedSignIn:
    """Remember where the person was going and make the one-time secrets of a
    sign-in.
    """
    started = StartedSignIn(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32)
    )
    with services.store.begin() as tx:
        tx.sessions.add_sign_in(
            SignIn(
                state_hash=_hash(started.state),
                nonce=started.nonce,
                return_to=return_to,
                expires_at=now + SIGN_IN_LASTS,
            )
        )
    return started


def take_sign_in(services: Services, act: Act, state: str) -> SignIn:
    """The sign-in this state belongs to, once. Raises `Refused`, recorded."""
    with services.store.begin() as tx:
        sign_in = tx.sessions.take_sign_in(_hash(state), act.now)
        if sign_in is None:
            tx.log.record(act.event(Action.SESSION_STARTED, refusal=STALE))
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
    """Sign `act.person` in. Raises `Refused`, recorded, for people of another Slack
    team.

    `browser`: a pseudonym of it; the session is of no use in another.
    `authenticated_at`: when Slack says they signed in, if it says so. `name`: what it
    calls them.
    """
    token = secrets.token_urlsafe(32)
    session = Session(
        token_hash=_hash(token),
        person=act.actor,
        name=name,
        browser=browser,
        csrf=secrets.token_urlsafe(32),
        started_at=act.now,
        authenticated_at=min(authenticated_at or act.now, act.now),
        expires_at=act.now + SESSION_LASTS,
    )
    with services.store.begin() as tx:
        refusal = _refusal(services, tx, act.actor)
        tx.log.record(act.event(Action.SESSION_STARTED, refusal=refusal))
        if refusal is None:
            tx.sessions.add(session)
    if refusal is not None:
        raise Refused(refusal.sentence, rule=refusal.rule)
    return StartedSession(token=token, session=session)


def _refusal(services: Services, tx: Transaction, person: Person) -> Refusal | None:
    return may_sign_in(
        is_our_team=person.team_id == services.team_id,
        membership=tx.people.membership_of(person.user_id),
    )


def refuse_sign_in(services: Services, act: Act, refusal: Refusal) -> None:
    """Put a sign-in that failed on record. Raises `Refused`."""
    with services.store.begin() as tx:
        tx.log.record(act.event(Action.SESSION_STARTED, refusal=refusal))
    raise Refused(refusal.sentence, rule=refusal.rule)


def session_of(services: Services, token: str, now: datetime) -> Session | None:
    """The session of a cookie, unless it has ended."""
    with services.store.read() as tx:
        return tx.sessions.by_token(_hash(token), now)


def seen_elsewhere(services: Services, act: Act, token: str) -> None:
    """A cookie turns up in another browser than it was given to: its session ends,
    recorded.
    """
    with services.store.begin() as tx:
        session = tx.sessions.by_token(_hash(token), act.now)
        if session is not None:
            tx.sessions.end(_hash(token), act.now)
            theirs = replace(act, person=session.person)
            tx.log.record(theirs.event(Action.SESSION_ENDED, refusal=OTHER_BROWSER))


def ended_session_used(services: Services, act: Act, token: str) -> None:
    """A browser goes on with a session that was ended: that it tried is on record."""
    with services.store.read() as tx:
        ended = tx.sessions.ended_by_token(_hash(token), act.now)
    if ended is None:
        return
    with services.store.begin() as tx:
        tx.log.record(
            replace(act, person=ended.person).event(Action.SESSION_ENDED, refusal=ENDED)
        )


def end_session(services: Services, act: Act, token: str) -> None:
    """Sign one browser out."""
    with services.store.begin() as tx:
        tx.sessions.end(_hash(token), act.now)
        tx.log.record(act.event(Action.SESSION_ENDED))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
