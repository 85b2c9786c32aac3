"""Who is a full member of the workspace, as Slack last said; nobody else holds a role."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, String, Table, bindparam, delete, select

from storage.records import NOBODY, Member, Membership
from storage.tables import UtcTime, group_members, metadata
from storage.upsert import upsert

people = Table(
    "people",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("membership", String(16), nullable=False),
    Column("checked_at", UtcTime, nullable=False),
)

# Built once: this one is on the path of every request.
MEMBER = (
    select(group_members.c.group_id)
    .select_from(people.outerjoin(group_members, people.c.user_id == group_members.c.user_id))
    .where(people.c.membership == Membership.MEMBER, people.c.user_id == bindparam("user_id"))
)


def member_in(user_id: str, groups: Sequence[str | None]) -> Member:
    """Who the rows of `MEMBER` tell of: a row for each group, one without for who is in none."""
    if not groups:
        return NOBODY
    return Member(user_id=user_id, groups=frozenset(g for g in groups if g is not None))


class MemberRows:
    """Methods of `Transaction` about what Slack says somebody is."""

    connection: Connection

    def member(self, user_id: str) -> Member:
        """What roles are given to; `NOBODY` unless Slack has said this is a full member."""
        found = self.connection.execute(MEMBER, {"user_id": user_id})
        return member_in(user_id, list(found.scalars()))

    def membership(self, user_id: str) -> Membership | None:
        """What Slack last said of this person; None when it was never asked."""
        query = select(people.c.membership).where(people.c.user_id == user_id)
        found = self.connection.execute(query).scalar_one_or_none()
        return None if found is None else Membership(found)

    def set_membership(self, user_id: str, membership: Membership | None, now: datetime) -> None:
        """Keep what Slack says of this person; None forgets it."""
        if membership is None:
            self.connection.execute(delete(people).where(people.c.user_id == user_id))
            return
        row = {"user_id": user_id, "membership": membership, "checked_at": now}
        upsert(self.connection, people, row)

    def last_checked(self, user_ids: Iterable[str]) -> dict[str, datetime]:
        """When Slack was last asked about each of these people; without those it never was."""
        query = select(people.c.user_id, people.c.checked_at).where(
            people.c.user_id.in_(list(user_ids))
        )
        return {row.user_id: row.checked_at for row in self.connection.execute(query)}

    def forget_members(self) -> None:
        """Know nobody, so that nobody holds a role."""
        self.connection.execute(delete(people))
