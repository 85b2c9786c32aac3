"""People as Slack last described them. Only full members hold roles."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    Connection,
    RowMapping,
    Subquery,
    bindparam,
    delete,
    func,
    select,
    union,
    update,
)

from storage.records import NOBODY, Account, Member, Membership, Person
from storage.tables import (
    channel_members,
    declines,
    drafts,
    followers,
    group_members,
    people,
    proposals,
    requests,
    sessions,
)
from storage.upsert import upsert, upsert_all

# A statement of SQLite holds at most 32,766 parameters.
_AT_ONCE = 5_000

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

    def set_name(
        self,
        user_id: str,
        name: str | None,
    ) -> None:
        """Store the person's name, or delete it if `name` is None."""
        named = update(people).where(people.c.user_id == user_id)
        self.connection.execute(named.values(name=name))

    def names(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Return the names of those people who have one, by user id."""
        found = {}
        for some in _batched(user_ids, _AT_ONCE):
            query = select(people.c.user_id, people.c.name).where(
                people.c.user_id.in_(some), people.c.name.is_not(None)
            )
            for row in self.connection.execute(query):
                found[row.user_id] = row.name
        return found

    def known(self, user_ids: Iterable[str]) -> dict[str, Account]:
        """Return the accounts of those people that Slack has described, by user id.

        Rows of earlier releases describe no account, and are left out.
        """
        found = {}
        for some in _batched(user_ids, _AT_ONCE):
            query = select(people).where(
                people.c.user_id.in_(some), people.c.team_id.is_not(None)
            )
            for row in self.connection.execute(query).mappings():
                found[row["user_id"]] = _account(row)
        return found

    def put(self, accounts: Sequence[Account], now: datetime) -> None:
        """Store accounts as Slack describes them now."""
        rows = []
        for account in accounts:
            row = {
                "user_id": account.user_id,
                "membership": account.membership,
                "checked_at": now,
                "team_id": account.team_id,
                "enterprise_id": account.enterprise_id,
                "is_guest": account.is_guest,
                "is_stranger": account.is_stranger,
                "is_app": account.is_app,
                "locale": account.locale,
            }
            rows.append(row)
        upsert_all(self.connection, people, rows)

    def mark_checked(self, user_ids: Iterable[str], now: datetime) -> None:
        """Store that Slack describes these people as before."""
        ids = list(user_ids)
        self.connection.execute(
            update(people).where(people.c.user_id.in_(ids)).values(checked_at=now)
        )

    def to_learn(self, named: Iterable[str], limit: int) -> list[str]:
        """Return people whose account is needed and not known.

        They are `named`, members of groups, or members of inspected channels.
        """
        needed = self._needed()
        query = (
            select(needed.c.user_id)
            .outerjoin(people, people.c.user_id == needed.c.user_id)
            .where(people.c.team_id.is_(None))
            .order_by(needed.c.user_id)
            .limit(limit)
        )
        found = list(self.connection.execute(query).scalars())
        known = self.known(named)
        missing = sorted(user_id for user_id in set(named) if user_id not in known)
        return list(dict.fromkeys([*missing, *found]))[:limit]

    def to_check_again(self, before: datetime, limit: int) -> list[str]:
        """Return needed people described last before `before`, the earliest first."""
        needed = self._needed()
        query = (
            select(people.c.user_id)
            .join(needed, people.c.user_id == needed.c.user_id)
            .where(people.c.checked_at < before)
            .order_by(people.c.checked_at)
            .limit(limit)
        )
        return list(self.connection.execute(query).scalars())

    def count_to_learn(self) -> int:
        """Return how many members of groups and channels are not known."""
        needed = self._needed()
        query = (
            select(func.count())
            .select_from(needed)
            .outerjoin(people, people.c.user_id == needed.c.user_id)
            .where(people.c.team_id.is_(None))
        )
        return self.connection.execute(query).scalar_one()

    def _needed(self) -> Subquery:
        """Return the query of all members of groups and of inspected channels."""
        return union(
            select(group_members.c.user_id), select(channel_members.c.user_id)
        ).subquery("needed")

    def locale_of(self, user_id: str) -> str | None:
        """Return the language that the person chose, or their locale in Slack.

        None is returned if neither is known.
        """
        locale = func.coalesce(people.c.chosen_language, people.c.locale)
        query = select(locale).where(people.c.user_id == user_id)
        return self.connection.execute(query).scalar_one_or_none()

    def chosen_language(self, user_id: str) -> str | None:
        """Return the language that the person chose, or None for that of Slack."""
        query = select(people.c.chosen_language).where(people.c.user_id == user_id)
        return self.connection.execute(query).scalar_one_or_none()

    def choose_language(self, user_id: str, language: str | None) -> None:
        """Store the language that a person chose; None for that of Slack."""
        self.connection.execute(
            update(people)
            .where(people.c.user_id == user_id)
            .values(chosen_language=language)
        )

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

    def forget_team(self, team_id: str) -> None:
        """Delete every membership that a workspace showed."""
        self.connection.execute(delete(people).where(people.c.team_id == team_id))

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

    def earliest_team(self) -> str | None:
        """Return the team of the earliest request's asker, None without a request."""
        query = select(requests.c.asker_team).order_by(requests.c.id).limit(1)
        return self.connection.execute(query).scalar_one_or_none()


def _account(row: RowMapping) -> Account:
    return Account(
        user_id=row["user_id"],
        membership=Membership(row["membership"]),
        team_id=row["team_id"],
        enterprise_id=row["enterprise_id"],
        is_guest=row["is_guest"],
        is_stranger=row["is_stranger"],
        is_app=row["is_app"],
        locale=row["locale"],
    )


def _batched(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield the values in lists of at most `size`, which one statement can hold."""
    every = list(values)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def member_in(user_id: str, groups: Sequence[str | None]) -> Member:
    """Return the member that the rows of `MEMBER` describe.

    There is one row for each group, or a single None for a member of no group.
    """
    if not groups:
        return NOBODY
    known = frozenset(group for group in groups if group is not None)
    return Member(user_id=user_id, groups=known)
