"""People as Slack last described them. Only full members hold roles."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    select,
    union,
)

from storage.records import NOBODY, Member, Membership, Person
from storage.tables import (
    declines,
    drafts,
    followers,
    group_members,
    people,
    proposals,
    requests,
    sessions,
)
from storage.upsert import upsert

# The statement is built once, because every request runs it.
MEMBER = (
    select(group_members.c.group_id)
    .select_from(
        people.outerjoin(group_members, people.c.user_id == group_members.c.user_id)
    )
    .where(
        people.c.membership == Membership.MEMBER,
        people.c.user_id == bindparam("user_id"),
    )
)


class People:
    """Reads and writes people."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def member_by_id(self, user_id: str) -> Member:
        """Return the member with the groups that give roles.

        `NOBODY` is returned unless Slack described the person as a full member.
        """
        found = self.connection.execute(MEMBER, {"user_id": user_id})
        return member_in(user_id, list(found.scalars()))

    def membership_of(self, user_id: str) -> Membership | None:
        """Return the person's membership, or None if Slack was never asked."""
        query = select(people.c.membership).where(people.c.user_id == user_id)
        found = self.connection.execute(query).scalar_one_or_none()
        if found is None:
            return None
        return Membership(found)

    def set_membership(
        self,
        user_id: str,
        membership: Membership | None,
        now: datetime,
    ) -> None:
        """Store the person's membership, or delete it if `membership` is None."""
        if membership is None:
            self.connection.execute(delete(people).where(people.c.user_id == user_id))
            return
        row = {
            "user_id": user_id,
            "membership": membership,
            "checked_at": now,
        }
        upsert(self.connection, people, row)

    def last_checked(self, user_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when Slack was last asked about each person.

        People about whom Slack was never asked are left out.
        """
        query = select(people.c.user_id, people.c.checked_at).where(
            people.c.user_id.in_(list(user_ids))
        )
        return {row.user_id: row.checked_at for row in self.connection.execute(query)}

    def forget_all(self) -> None:
        """Delete every membership, so that no person holds a role."""
        self.connection.execute(delete(people))

    def with_user_id(self, user_id: str) -> list[Person]:
        """Return the people with this Slack user id about whom any row is kept.

        The same user id may stand under several teams.
        """
        places = (
            (sessions.c.person_team, sessions.c.person_user),
            (drafts.c.team_id, drafts.c.user_id),
            (requests.c.asker_team, requests.c.asker_user),
            (followers.c.team_id, followers.c.user_id),
            (proposals.c.proposer_team, proposals.c.proposer_user),
            (declines.c.team_id, declines.c.user_id),
        )
        query = union(*(select(team).where(user == user_id) for team, user in places))
        teams = sorted(self.connection.execute(query).scalars())
        return [Person(team_id=team, user_id=user_id) for team in teams]


def member_in(user_id: str, groups: Sequence[str | None]) -> Member:
    """Return the member that the rows of `MEMBER` describe.

    There is one row for each group, or a single None for a member of no group.
    """
    if not groups:
        return NOBODY
    known = frozenset(group for group in groups if group is not None)
    return Member(user_id=user_id, groups=known)
