"""Browser sessions, and sign-ins under way."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    insert,
    select,
    true,
    update,
)

from storage.records import Person, Session, SignIn
from storage.tables import sessions, sign_ins

# Each new sign-in deletes a surplus of at most so many.
_MOST_AT_ONCE = 100


class Sessions:
    """Reads and writes sessions and sign-ins."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def add(self, session: Session) -> None:
        """Store a signed-in browser."""
        self.connection.execute(
            insert(sessions).values(
                token_hash=session.token_hash,
                person_team=session.person.team_id,
                person_user=session.person.user_id,
                name=session.name,
                browser=session.browser,
                csrf=session.csrf,
                started_at=session.started_at,
                authenticated_at=session.authenticated_at,
                expires_at=session.expires_at,
            )
        )

    def by_token(self, token_hash: str, now: datetime) -> Session | None:
        """Return the session of this cookie, or None if it has ended or expired."""
        return self._find(token_hash, now, sessions.c.ended_at.is_(None))

    def ended_by_token(self, token_hash: str, now: datetime) -> Session | None:
        """Return the session of a cookie that was ended before it expired."""
        return self._find(token_hash, now, sessions.c.ended_at.is_not(None))

    def _find(
        self,
        token_hash: str,
        now: datetime,
        which: ColumnElement[bool],
    ) -> Session | None:
        query = select(sessions).where(
            sessions.c.token_hash == token_hash, sessions.c.expires_at > now, which
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        return _session(row)

    def end(self, token_hash: str, now: datetime) -> None:
        """Sign one browser out."""
        self._end_where(sessions.c.token_hash == token_hash, now)

    def end_of_person(self, person: Person, now: datetime) -> int:
        """Sign a person out of every browser. Return the number of browsers."""
        whose = and_(
            sessions.c.person_team == person.team_id,
            sessions.c.person_user == person.user_id,
        )
        return self._end_where(whose, now)

    def forget_person(self, person: Person) -> None:
        """Delete every session of a person."""
        self.connection.execute(
            delete(sessions).where(
                sessions.c.person_team == person.team_id,
                sessions.c.person_user == person.user_id,
            )
        )

    def end_all(self, now: datetime) -> int:
        """End every session. Return the number of browsers."""
        return self._end_where(true(), now)

    def _end_where(self, which: ColumnElement[bool], now: datetime) -> int:
        # The row is kept until it would have expired, so that a further use of its
        # cookie can be recorded with the person's name.
        ended = (
            update(sessions)
            .where(which, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        return self.connection.execute(ended).rowcount

    def add_sign_in(self, sign_in: SignIn) -> None:
        """Store a sign-in until Slack redirects the person back."""
        self.connection.execute(
            insert(sign_ins).values(
                state_hash=sign_in.state_hash,
                nonce=sign_in.nonce,
                return_to=sign_in.return_to,
                expires_at=sign_in.expires_at,
            )
        )

    def limit_sign_ins(self, now: datetime, most: int) -> None:
        """Delete expired sign-ins, and the oldest of the others beyond `most`."""
        run = self.connection.execute
        run(delete(sign_ins).where(sign_ins.c.expires_at <= now))
        surplus = (
            select(sign_ins.c.state_hash)
            .order_by(sign_ins.c.expires_at.desc(), sign_ins.c.state_hash)
            .offset(most)
            .limit(_MOST_AT_ONCE)
        )
        hashes = run(surplus).scalars().all()
        if hashes:
            run(delete(sign_ins).where(sign_ins.c.state_hash.in_(hashes)))

    def take_sign_in(self, state_hash: str, now: datetime) -> SignIn | None:
        """Delete and return the sign-in with this state, or return None.

        An expired sign-in is deleted and not returned.
        """
        query = (
            delete(sign_ins)
            .where(sign_ins.c.state_hash == state_hash)
            .returning(*sign_ins.c)
        )
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        if row["expires_at"] <= now:
            return None
        return SignIn(**row)

    def forget_expired(self, now: datetime) -> None:
        """Delete expired sessions and sign-ins."""
        self.connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        self.connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))


def _session(row: RowMapping) -> Session:
    return Session(
        token_hash=row["token_hash"],
        person=Person(team_id=row["person_team"], user_id=row["person_user"]),
        name=row["name"],
        browser=row["browser"],
        csrf=row["csrf"],
        started_at=row["started_at"],
        authenticated_at=row["authenticated_at"],
        expires_at=row["expires_at"],
    )
