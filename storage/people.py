"""Browser sessions, sign-ins under way, drafts, and who is in which Slack user group."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)

from storage.records import Person, Session, SignIn
from storage.tables import drafts, group_members, group_refreshes, sessions, sign_ins
from storage.upsert import upsert

# Built once: it is asked while somebody waits for a window, and building costs as much as asking.
DRAFT = select(drafts.c.body).where(
    drafts.c.team_id == bindparam("team_id"),
    drafts.c.user_id == bindparam("user_id"),
    drafts.c.form == bindparam("form"),
)


class PeopleRows:
    """Methods of `Transaction` about people."""

    connection: Connection

    def add_session(self, session: Session) -> None:
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

    def session(self, token_hash: str, now: datetime) -> Session | None:
        """The session of this cookie, unless it has ended or expired."""
        return self._session(token_hash, now, sessions.c.ended_at.is_(None))

    def ended_session(self, token_hash: str, now: datetime) -> Session | None:
        """The session that was ended before its time, of a cookie that is still sent."""
        return self._session(token_hash, now, sessions.c.ended_at.is_not(None))

    def _session(
        self, token_hash: str, now: datetime, which: ColumnElement[bool]
    ) -> Session | None:
        query = select(sessions).where(
            sessions.c.token_hash == token_hash, sessions.c.expires_at > now, which
        )
        row = self.connection.execute(query).mappings().one_or_none()
        return None if row is None else _session(row)

    def end_session(self, token_hash: str, now: datetime) -> None:
        """Sign one browser out."""
        self._end(sessions.c.token_hash == token_hash, now)

    def end_sessions_of(self, person: Person, now: datetime) -> int:
        """Sign a person out everywhere; returns how many browsers that were."""
        whose = and_(
            sessions.c.person_team == person.team_id, sessions.c.person_user == person.user_id
        )
        return self._end(whose, now)

    def forget_sessions_of(self, person: Person) -> None:
        """Sign a person out everywhere, and keep nothing of it."""
        self.connection.execute(
            delete(sessions).where(
                sessions.c.person_team == person.team_id, sessions.c.person_user == person.user_id
            )
        )

    def end_all_sessions(self, now: datetime) -> int:
        """Sign everybody out; returns how many browsers that were."""
        return self._end(true(), now)

    def _end(self, which: ColumnElement[bool], now: datetime) -> int:
        # Kept until it would have expired: whoever goes on sending its cookie is known by it.
        ended = update(sessions).where(which, sessions.c.ended_at.is_(None)).values(ended_at=now)
        return self.connection.execute(ended).rowcount

    def add_sign_in(self, sign_in: SignIn) -> None:
        """Remember a sign-in until Slack sends the person back."""
        self.connection.execute(
            insert(sign_ins).values(
                state_hash=sign_in.state_hash,
                nonce=sign_in.nonce,
                return_to=sign_in.return_to,
                expires_at=sign_in.expires_at,
            )
        )

    def take_sign_in(self, state_hash: str, now: datetime) -> SignIn | None:
        """The sign-in with this state, once; the row is gone afterwards."""
        query = delete(sign_ins).where(sign_ins.c.state_hash == state_hash).returning(*sign_ins.c)
        row = self.connection.execute(query).mappings().one_or_none()
        if row is None or row["expires_at"] <= now:
            return None
        return SignIn(**row)

    def forget_expired(self, now: datetime) -> None:
        """Delete sessions and sign-ins whose time is up."""
        self.connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        self.connection.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))

    def save_draft(self, person: Person, form: str, body: str, now: datetime) -> None:
        """Keep what somebody typed into a form, until it is committed."""
        row = {"team_id": person.team_id, "user_id": person.user_id, "form": form}
        upsert(self.connection, drafts, {**row, "body": body, "saved_at": now})

    def draft(self, person: Person, form: str) -> str | None:
        """What this person last typed into this form."""
        key = {"team_id": person.team_id, "user_id": person.user_id, "form": form}
        return self.connection.execute(DRAFT, key).scalar_one_or_none()

    def drop_draft(self, person: Person, form: str) -> None:
        """Forget a draft."""
        self.connection.execute(
            delete(drafts).where(
                drafts.c.team_id == person.team_id,
                drafts.c.user_id == person.user_id,
                drafts.c.form == form,
            )
        )

    def forget_drafts(self, before: datetime) -> None:
        """Delete drafts nobody came back to."""
        self.connection.execute(delete(drafts).where(drafts.c.saved_at < before))

    def lock_group(self, group_id: str, now: datetime) -> None:
        """Say when a group was read. The row is locked then: replicas change a group in turn."""
        upsert(self.connection, group_refreshes, {"group_id": group_id, "refreshed_at": now})

    def set_group(self, group_id: str, user_ids: Iterable[str], now: datetime) -> None:
        """Replace what is known of a Slack user group's members."""
        self.lock_group(group_id, now)
        self.connection.execute(delete(group_members).where(group_members.c.group_id == group_id))
        rows = [{"group_id": group_id, "user_id": user} for user in sorted(set(user_ids))]
        if rows:
            self.connection.execute(insert(group_members), rows)

    def members_of(self, group_ids: Iterable[str]) -> frozenset[str]:
        """The people in any of these groups."""
        query = select(group_members.c.user_id).where(group_members.c.group_id.in_(list(group_ids)))
        return frozenset(self.connection.execute(query).scalars())

    def oldest_refresh(self, group_ids: Iterable[str]) -> datetime | None:
        """When the least recently read of these groups was read; None if one never was."""
        wanted = set(group_ids)
        query = select(group_refreshes.c.refreshed_at).where(
            group_refreshes.c.group_id.in_(list(wanted))
        )
        known = list(self.connection.execute(query).scalars())
        return min(known) if known and len(known) == len(wanted) else None


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
