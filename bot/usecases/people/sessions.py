"""Sessions: signed-in browsers. Each binds a browser to a Slack team and user id."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import NotFound
from bot.rules.people.idle import is_for_grave_acts, is_over, is_use_due
from bot.rules.people.names import clean_name
from bot.rules.people.sign_in import ENDED, IDLE, OTHER_BROWSER, STALE, may_sign_in
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.people.sign_ins import SIGN_IN_LASTS, nonce_hash
from bot.usecases.services import Services
from storage.records import Action, Login, Session
from storage.store import Transaction

SESSION_LASTS = timedelta(hours=8)


@dataclass(
    frozen=True,
    kw_only=True,
)
class StartedSession:
    """A session and `token`, the value of its cookie, which is stored nowhere."""

    token: str
    session: Session


def start_session(
    services: Services,
    act: Act,
    *,
    browser: str,
    authenticated_at: datetime | None = None,
    login: Login = Login.NEW,
    nonce: str | None = None,
    name: str = "",
    kind: str = "",
) -> StartedSession:
    """Sign `act.person` in. Raises `Refused`, recorded, for people of other teams.

    `browser`: a pseudonym of the browser; the session is of no use in another one.
    `authenticated_at`: the time of the login at Slack, if Slack reports it. `nonce`:
    that of the sign-in, which must not have been used before. `name`: the person's name
    in Slack. `kind`: the kind of the browser.
    """
    token = secrets.token_urlsafe(32)
    name = clean_name(name)
    # Slack's clock may run ahead of ours.
    signed_in_at = min(authenticated_at or act.now, act.now)
    session = Session(
        token_hash=_hash(token),
        person=act.actor,
        name=name,
        browser=browser,
        kind=kind,
        csrf=secrets.token_urlsafe(32),
        started_at=act.now,
        authenticated_at=signed_in_at,
        login=login,
        expires_at=act.now + SESSION_LASTS,
        used_at=act.now,
    )
    with services.store.begin() as tx:
        refusal = _refusal(
            services,
            tx,
            act,
            nonce,
        )
        event = act.event(
            Action.SESSION_STARTED,
            refusal=refusal,
            numbers=_login_figures(login),
        )
        tx.log.record(event)
        if refusal is None:
            tx.sessions.add(session)
            if name:
                tx.people.set_name(act.actor.user_id, name)
    raise_refusal(refusal)
    return StartedSession(
        token=token,
        session=session,
    )


def _refusal(
    services: Services,
    tx: Transaction,
    act: Act,
    nonce: str | None,
) -> Refusal | None:
    person = act.actor
    refusal = may_sign_in(
        is_our_team=person.team_id == services.team_id,
        membership=tx.people.membership_of(person.user_id),
        are_several=bool(services.team_ids),
    )
    if refusal is not None or nonce is None:
        return refusal
    # The nonce is stored for as long as a copy of its cookie could be used.
    until = act.now + SIGN_IN_LASTS
    if tx.sessions.use_nonce(nonce_hash(nonce), until):
        return None
    return STALE


def _login_figures(login: Login) -> dict[str, int]:
    """Return for the record whether the new login that was asked for was shown."""
    if login is Login.ASKED:
        return {"new_login": 0}
    return {}


def session_of(
    services: Services,
    token: str,
    now: datetime,
) -> Session | None:
    """Return the session of a cookie, unless it has ended or was left alone."""
    with services.store.read() as tx:
        session = tx.sessions.by_token(_hash(token), now)
    if session is None or is_over(session, now, services.idle):
        return None
    return session


def use_session(
    services: Services,
    session: Session,
    now: datetime,
) -> None:
    """Store the use of a session, once a minute, and whether it was left alone."""
    was_idle = not is_for_grave_acts(session, now, services.idle)
    is_news = was_idle and not session.was_idle
    if not is_news and not is_use_due(session, now):
        return
    with services.store.begin() as tx:
        tx.sessions.use(session.token_hash, now, was_idle=was_idle)


def refuse_idle_session(services: Services, act: Act) -> None:
    """Record that a session was left alone too long for a page of grave acts."""
    with services.store.begin() as tx:
        tx.log.record(act.event(Action.SESSION_ENDED, refusal=IDLE))


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
    """Record that a browser used a session that had ended.

    A session that was left alone too long ends here, at its next use.
    """
    token_hash = _hash(token)
    with services.store.read() as tx:
        ended = tx.sessions.ended_by_token(token_hash, act.now)
        idle = tx.sessions.by_token(token_hash, act.now)
    if ended is not None:
        _record_end(services, act, ended, ENDED)
    elif idle is not None:
        _record_end(services, act, idle, IDLE)


def _record_end(
    services: Services,
    act: Act,
    session: Session,
    refusal: Refusal,
) -> None:
    theirs = replace(act, person=session.person)
    with services.store.begin() as tx:
        tx.sessions.end(session.token_hash, act.now)
        tx.log.record(theirs.event(Action.SESSION_ENDED, refusal=refusal))


def end_session(
    services: Services,
    act: Act,
    token: str,
) -> None:
    """Sign one browser out."""
    with services.store.begin() as tx:
        tx.sessions.end(_hash(token), act.now)
        tx.log.record(act.event(Action.SESSION_ENDED))


def my_sessions(services: Services, act: Act) -> list[Session]:
    """Return the person's sessions that have not ended, the last used first."""
    with services.store.read() as tx:
        found = tx.sessions.of_person(act.actor, act.now)
    return [each for each in found if not is_over(each, act.now, services.idle)]


def end_my_session(
    services: Services,
    act: Act,
    key: str,
) -> None:
    """Sign one of the person's browsers out. Raises `NotFound`.

    `key` is `session_key` of the session.
    """
    with services.store.begin() as tx:
        mine = tx.sessions.of_person(act.actor, act.now)
        chosen = [each for each in mine if session_key(each) == key]
        for session in chosen:
            tx.sessions.end(session.token_hash, act.now)
            tx.log.record(act.event(Action.SESSION_ENDED))
    if not chosen:
        raise NotFound(text("pages.sessions.gone"))


def end_my_sessions(services: Services, act: Act) -> None:
    """Sign the person out of every browser."""
    with services.store.begin() as tx:
        count = tx.sessions.end_of_person(act.actor, act.now)
        event = act.event(Action.SESSION_ENDED, numbers={"sessions": count})
        tx.log.record(event)


def session_key(session: Session) -> str:
    """Return the name of a session in a form; it opens nothing."""
    return session.token_hash[:16]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
