"""Browser sessions, and the nonces of completed sign-ins."""

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

from storage.records import Login, Person, Session
from storage.tables import people, sessions, used_nonces
from storage.upsert import insert_into


class Sessions:
    """Reads and writes sessions, and the nonces that are used up."""

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
                kind=session.kind,
                login=session.login,
                used_at=session.used_at,
                was_idle=session.was_idle,
            )
        )

    def use(self, token_hash: str, now: datetime, *, was_idle: bool) -> None:
        """Store that the session is in use; `was_idle` is never taken back."""
        values: dict[str, object] = {"used_at": now}
        if was_idle:
            values["was_idle"] = True
        self.connection.execute(
            update(sessions).where(sessions.c.token_hash == token_hash).values(values)
        )

    def of_person(self, person: Person, now: datetime) -> list[Session]:
        """Return the sessions of a person that have not ended, the last used first."""
        query = (
            select(sessions)
            .where(_is_of(person), sessions.c.expires_at > now)
            .where(sessions.c.ended_at.is_(None))
            .order_by(sessions.c.used_at.desc(), sessions.c.token_hash)
        )
        rows = self.connection.execute(query).mappings()
        return [_session(row) for row in rows]

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
        return self._end_where(_is_of(person), now)

    def forget_person(self, person: Person) -> None:
        """Delete every session of a person."""
        self.connection.execute(delete(sessions).where(_is_of(person)))

    def end_all(self, now: datetime) -> int:
        """End every session. Return the number of browsers."""
        return self._end_where(true(), now)

    def end_of_team(self, team_id: str, now: datetime) -> int:
        """End the sessions of a workspace's people. Return the number of browsers."""
        in_team = select(people.c.user_id).where(people.c.team_id == team_id)
        return self._end_where(sessions.c.person_user.in_(in_team), now)

    def _end_where(self, which: ColumnElement[bool], now: datetime) -> int:
        # The row is kept until it would have expired, so that a further use of its
        # cookie can be recorded with the person's name.
        ended = (
            update(sessions)
            .where(which, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        return self.connection.execute(ended).rowcount

    def use_nonce(self, nonce_hash: str, expires_at: datetime) -> bool:
        """Store that a nonce is used up. Return False if it was used before."""
        row = insert_into(self.connection, used_nonces).values(
            nonce_hash=nonce_hash,
            expires_at=expires_at,
        )
        # psycopg does not count the rows of such an insertion.
        first = row.on_conflict_do_nothing().returning(used_nonces.c.nonce_hash)
        return self.connection.execute(first).first() is not None

    def forget_expired(self, now: datetime) -> None:
        """Delete expired sessions and nonces."""
        run = self.connection.execute
        run(delete(sessions).where(sessions.c.expires_at <= now))
        run(delete(used_nonces).where(used_nonces.c.expires_at <= now))


def _is_of(person: Person) -> ColumnElement[bool]:
    return and_(
        sessions.c.person_team == person.team_id,
        sessions.c.person_user == person.user_id,
    )


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
        kind=row["kind"],
        login=Login(row["login"]),
        used_at=row["used_at"],
        was_idle=row["was_idle"],
    )
