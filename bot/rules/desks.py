"""Desks and who holds which role on them, as `desks.toml` says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import Unavailable
from bot.rules.distress.care import Care
from bot.rules.distress.safety import Safety
from bot.rules.erasure.retention import DRAFT_TIME, Retention
from bot.rules.listening.access_conditions import Place
from bot.rules.listening.listening_budget import Budgets
from bot.rules.people.roles import DESK_ROLES
from storage.records import Member, Role


@dataclass(frozen=True, kw_only=True)
class Holders:
    """Who holds a role: Slack user ids, Slack user group ids, or both."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    def include(self, member: Member) -> bool:
        return member.user_id in self.users or not self.groups.isdisjoint(member.groups)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A language variant with its channel and people."""

    id: str
    name: str
    locale: str
    channel_id: str
    holders: Mapping[Role, Holders]
    quorum: int = 2
    expires_after: timedelta = timedelta(hours=24)
    retention: Retention = field(default_factory=Retention)
    filler: str = "tone"
    access_conditions: Place = field(default_factory=Place)
    budgets: Budgets = field(default_factory=Budgets)
    children: bool = False
    strict_topics: bool = False  # mask all words of health, family and feelings
    watched: frozenset[str] = frozenset()  # other rooms of its people
    care: Care = field(default_factory=Care)


@dataclass(frozen=True, kw_only=True)
class Desks:
    """All desks, and the roles that span them."""

    desks: Mapping[str, Desk]
    holders: Mapping[Role, Holders] = field(default_factory=dict)
    safety_channel_id: str | None = None
    audit_channel_id: str | None = None
    safety: Safety = field(default_factory=Safety)
    vendors: Holders = field(default_factory=Holders)
    draft_time: timedelta = DRAFT_TIME  # how long drafts nobody came back to are kept
    written: "Desks | None" = (
        None  # as the file says, where not all of it is in force yet
    )

    def __getitem__(self, desk_id: str) -> Desk:
        desk = self.desks.get(desk_id)
        if desk is None:
            raise Unavailable(
                "The desk of this request is no longer in desks.toml. Tell your administrator."
            )
        return desk

    def retention(self, desk_id: str) -> Retention:
        """How long a desk keeps what is left of a request; also for a desk no longer
        there.
        """
        desk = self.desks.get(desk_id)
        return desk.retention if desk else Retention()

    def channel_of(self, desk_id: str) -> str:
        """The channel of a desk; empty for a desk that is no longer there."""
        desk = self.desks.get(desk_id)
        return desk.channel_id if desk else ""

    def is_for_children(self, desk_id: str) -> bool:
        """Whether a desk takes recordings in which a child speaks; also one no longer
        there.
        """
        desk = self.desks.get(desk_id)
        return desk is None or desk.children

    def groups(self) -> frozenset[str]:
        """Every Slack user group named anywhere."""
        return frozenset[str]().union(*(h.groups for h in self._everyone()))

    def people(self) -> frozenset[str]:
        """Everybody named by user id anywhere."""
        return frozenset[str]().union(*(h.users for h in self._everyone()))

    def roles_on(self, desk_id: str, member: Member) -> frozenset[Role]:
        """The roles this person holds on one desk, house roles included.

        An auditor holds none but house roles: who checks the listening does not listen,
        whatever user groups say. That way nobody switches an auditor off by adding them
        to another group.
        """
        house = self.house_roles(member)
        desk = self.desks.get(desk_id)
        return (
            house
            if desk is None or Role.AUDITOR in house
            else house | _held(desk, member)
        )

    def house_roles(self, member: Member) -> frozenset[Role]:
        """The roles that span all desks."""
        return frozenset(
            role for role, who in self.holders.items() if who.include(member)
        )

    def where(self, role: Role, member: Member) -> list[Desk]:
        """The desks on which this person holds `role`, in the file's order."""
        return [
            desk
            for desk in self.desks.values()
            if role in self.roles_on(desk.id, member)
        ]

    def held_by(self, member: Member) -> frozenset[tuple[Role, str | None]]:
        """Every role of this person, with its desk; None for roles that span all
        desks.
        """
        house = self.house_roles(member)
        on_desks = {
            (r, desk)
            for desk in self.desks
            for r in self.roles_on(desk, member) - house
        }
        return frozenset({(role, None) for role in house} | on_desks)

    def is_torn(self, member: Member) -> bool:
        """Whether this person is an auditor whom a desk names as well."""
        return Role.AUDITOR in self.house_roles(member) and any(
            _held(desk, member) & DESK_ROLES for desk in self.desks.values()
        )

    def _everyone(self) -> list[Holders]:
        return [
            self.vendors,
            *self.holders.values(),
            *(who for desk in self.desks.values() for who in desk.holders.values()),
        ]


def _held(desk: Desk, member: Member) -> frozenset[Role]:
    return frozenset(role for role, who in desk.holders.items() if who.include(member))


def conflicting_role(desks: Desks) -> tuple[str, Role] | None:
    """Return a desk and the role on it that an auditor holds too; None without any.

    An auditor who also listens would be auditing themselves.
    """
    auditors = desks.holders.get(Role.AUDITOR, Holders())
    for desk in desks.desks.values():
        for role, who in desk.holders.items():
            if auditors.users & who.users or auditors.groups & who.groups:
                return desk.id, role
    return None
