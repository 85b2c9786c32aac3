"""Desks and the holders of each role on them, as `desks.toml` lists them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import Unavailable
from bot.rules.distress.care import Care
from bot.rules.distress.safety import Safety
from bot.rules.distress.talk_limits import TalkLimits
from bot.rules.erasure.retention import DRAFT_TIME, Retention
from bot.rules.listening.access_conditions import AccessConditions
from bot.rules.listening.listening_budget import Budgets
from bot.rules.people.roles import DESK_ROLES
from bot.rules.requests.exposure import ExposureLimits
from bot.text import text
from storage.records import Member, Role


@dataclass(frozen=True, kw_only=True)
class Holders:
    """The holders of a role: Slack user ids, Slack user group ids, or both."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def include(self, member: Member) -> bool:
        """Return whether the member is named, or is in a named group."""
        if member.user_id in self.users:
            return True
        return not self.groups.isdisjoint(member.groups)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A language variant with its channel and people.

    `quorum` answers of one reading settle a word, while at most `spare_seats` answers
    differ from them. `strict_topics` masks every word of health, family and feelings.
    `watched` holds the ids of further channels of its people. `team_id` is its
    workspace, which is named where an installation serves several.
    """

    id: str
    name: str
    locale: str
    channel_id: str
    holders: Mapping[Role, Holders]
    team_id: str | None = None
    quorum: int = 2
    spare_seats: int = 1
    shows_counts: bool = False
    expires_after: timedelta = timedelta(hours=24)
    answer_within: timedelta = timedelta(hours=4)
    rule_within: timedelta = timedelta(hours=24)
    retention: Retention = field(default_factory=Retention)
    filler: str = "tone"
    access_conditions: AccessConditions = field(default_factory=AccessConditions)
    budgets: Budgets = field(default_factory=Budgets)
    exposure: ExposureLimits = field(default_factory=ExposureLimits)
    children: bool = False
    strict_topics: bool = False
    watched: frozenset[str] = frozenset()
    care: Care = field(default_factory=Care)


@dataclass(frozen=True, kw_only=True)
class Desks:
    """All desks, and the roles that span them.

    `draft_time` is how long abandoned drafts are kept, `talks` limits calls for a talk.
    `written` is the content of the file where a part of it is not in force yet.
    """

    desks: Mapping[str, Desk]
    holders: Mapping[Role, Holders] = field(default_factory=dict)
    safety_channel_id: str | None = None
    audit_channel_id: str | None = None
    safety: Safety = field(default_factory=Safety)
    vendors: Holders = field(default_factory=Holders)
    draft_time: timedelta = DRAFT_TIME
    talks: TalkLimits = field(default_factory=TalkLimits)
    written: "Desks | None" = None

    def __getitem__(self, desk_id: str) -> Desk:
        desk = self.desks.get(desk_id)
        if desk is None:
            raise Unavailable(text("channels.desk_gone"))
        return desk

    def retention(self, desk_id: str) -> Retention:
        """Return the retention of a desk, or the default for a removed desk."""
        desk = self.desks.get(desk_id)
        if desk is None:
            return Retention()
        return desk.retention

    def channel_of(self, desk_id: str) -> str:
        """Return the channel id of a desk, empty for a removed desk."""
        desk = self.desks.get(desk_id)
        if desk is None:
            return ""
        return desk.channel_id

    def team_of_channel(self, channel_id: str) -> str | None:
        """Return the workspace of a desk's channel, or of one that the desk watches.

        None is returned for other channels, and with one workspace.
        """
        for desk in self.desks.values():
            if channel_id == desk.channel_id or channel_id in desk.watched:
                return desk.team_id
        return None

    def is_for_children(self, desk_id: str) -> bool:
        """Return whether a desk is for children's recordings; a removed desk counts."""
        desk = self.desks.get(desk_id)
        if desk is None:
            return True
        return desk.children

    def groups(self) -> frozenset[str]:
        """Return every Slack user group that is named anywhere."""
        groups = (holders.groups for holders in self._all_holders())
        return frozenset[str]().union(*groups)

    def people(self) -> frozenset[str]:
        """Return every user id that is named anywhere."""
        users = (holders.users for holders in self._all_holders())
        return frozenset[str]().union(*users)

    def roles_on(self, desk_id: str, member: Member) -> frozenset[Role]:
        """Return the roles this person holds on one desk, company roles included.

        An auditor holds only company roles, whatever user groups the auditor is in,
        because auditors do not listen to recordings. An auditor therefore cannot be
        disabled by being added to another group.
        """
        company_roles = self.company_roles(member)
        if Role.AUDITOR in company_roles:
            return company_roles
        desk = self.desks.get(desk_id)
        if desk is None:
            return company_roles
        return company_roles | _held(desk, member)

    def company_roles(self, member: Member) -> frozenset[Role]:
        """Return the roles of this person that span all desks."""
        return frozenset(
            role for role, holders in self.holders.items() if holders.include(member)
        )

    def where(self, role: Role, member: Member) -> list[Desk]:
        """Return the desks on which this person holds `role`, in the file's order."""
        return [
            desk
            for desk in self.desks.values()
            if role in self.roles_on(desk.id, member)
        ]

    def held_by(self, member: Member) -> frozenset[tuple[Role, str | None]]:
        """Return every role of this person with its desk.

        The desk is None for roles that span all desks.
        """
        company_roles = self.company_roles(member)
        found: set[tuple[Role, str | None]] = {(role, None) for role in company_roles}
        for desk_id in self.desks:
            for role in self.roles_on(desk_id, member) - company_roles:
                found.add((role, desk_id))
        return frozenset(found)

    def has_conflicting_roles(self, member: Member) -> bool:
        """Return whether this person is an auditor and holds a role on a desk."""
        if Role.AUDITOR not in self.company_roles(member):
            return False
        return any(_held(desk, member) & DESK_ROLES for desk in self.desks.values())

    def _all_holders(self) -> list[Holders]:
        found = [self.vendors, *self.holders.values()]
        for desk in self.desks.values():
            found.extend(desk.holders.values())
        return found


def _held(desk: Desk, member: Member) -> frozenset[Role]:
    return frozenset(
        role for role, holders in desk.holders.items() if holders.include(member)
    )


def conflicting_role(desks: Desks) -> tuple[str, Role] | None:
    """Return a desk and its role that an auditor holds too, or None.

    An auditor with a desk role would audit their own listening.
    """
    auditors = desks.holders.get(Role.AUDITOR, Holders())
    for desk in desks.desks.values():
        for role, holders in desk.holders.items():
            shares_people = not auditors.users.isdisjoint(holders.users)
            shares_groups = not auditors.groups.isdisjoint(holders.groups)
            if any((shares_people, shares_groups)):
                return desk.id, role
    return None
