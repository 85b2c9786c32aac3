"""Desks and who holds which role on them, as `desks.toml` says."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.errors import Invalid, Unavailable
from bot.rules.channels.sharing import parse_watched
from bot.rules.distress.care import Care, parse_care
from bot.rules.distress.safety import Safety, Stage, parse_safety
from bot.rules.erasure.retention import (
    DRAFT_TIME,
    DRAFTS_KEY,
    KEYS,
    Retention,
    parse_draft_time,
    parse_retention,
)
from bot.rules.listening import access_conditions
from bot.rules.listening.access_conditions import (
    Network,
    Place,
    parse_place,
    parse_sites,
)
from bot.rules.listening.listening_budget import Budgets, parse_budgets
from bot.rules.people.permission_table import DESK_ROLES
from storage.records import Member, Role

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
# What Slack's ids begin with: https://docs.slack.dev/reference/objects
_IDS = {
    "users": (re.compile(r"[UW][A-Z0-9]+"), "Slack user ids, such as U012AB3CD"),
    "groups": (re.compile(r"S[A-Z0-9]+"), "Slack user group ids, such as S012AB3CD"),
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")
_DESK_ROLES = {
    "reviewers": Role.REVIEWER,
    "leads": Role.LEAD,
    "less_masked": Role.LESS_MASKED,
}
_HOUSE_ROLES = {
    "auditors": Role.AUDITOR,
    "safety_officers": Role.SAFETY_OFFICER,
    "administrators": Role.ADMINISTRATOR,
}


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


def parse_desks(data: Mapping[str, Any]) -> Desks:
    """Read the parsed `desks.toml`. Raises `Invalid` with the line's path in words."""
    raw_desks = data.get("desks")
    if not isinstance(raw_desks, Mapping) or not raw_desks:
        raise Invalid("desks.toml names no desk: add one [desks.NAME] section.")
    sites = parse_sites(data.get("sites", {}))
    desks = {name: _desk(name, raw, sites) for name, raw in raw_desks.items()}
    holders = {
        role: _holders(data[key], key)
        for key, role in _HOUSE_ROLES.items()
        if key in data
    }
    channels = ("safety_channel", "audit_channel")
    safety, audit = (
        _channel(data[key], key) if key in data else None for key in channels
    )
    known = {
        "desks",
        "sites",
        "vendors",
        "safety",
        DRAFTS_KEY,
        *channels,
        *_HOUSE_ROLES,
    }
    _only(data, known, "desks.toml")
    officers = holders.get(Role.SAFETY_OFFICER, Holders())
    alone = Stage(users=officers.users, groups=officers.groups, channel_id=safety)
    after_stop = parse_safety(data.get("safety", {}), alone)
    holders[Role.SAFETY_OFFICER] = Holders(
        users=officers.users.union(*(stage.users for stage in after_stop.stages)),
        groups=officers.groups.union(*(stage.groups for stage in after_stop.stages)),
    )
    parsed = Desks(
        desks=desks,
        holders=holders,
        safety_channel_id=safety,
        audit_channel_id=audit,
        safety=after_stop,
        vendors=_holders(data.get("vendors", {}), "vendors"),
        draft_time=parse_draft_time(data),
    )
    _check_separation(parsed)
    return parsed


def _desk(
    name: str, raw: Mapping[str, Any], sites: Mapping[str, Sequence[Network]]
) -> Desk:
    where = f"[desks.{name}]"
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{where}: a desk's name is lower-case letters, digits and hyphens."
        )
    for needed in ("locale", "channel"):
        if not isinstance(raw.get(needed), str):
            raise Invalid(f'{where} needs {needed} = "...".')
    if not _LOCALE.fullmatch(raw["locale"]):
        raise Invalid(f'{where}: locale is a language code, such as "en-US" or "de".')
    quorum = raw.get("quorum", 2)
    if not isinstance(quorum, int) or not 2 <= quorum <= 9:
        raise Invalid(f"{where}: quorum is a number from 2 to 9.")
    filler = raw.get("filler", "tone")
    if filler not in ("tone", "noise"):
        raise Invalid(f'{where}: filler is "tone" or "noise".')
    known = {
        "name",
        "locale",
        "channel",
        "quorum",
        "filler",
        "expires_hours",
        "budgets",
        "care",
        "children",
        "watched",
        *KEYS,
        *access_conditions.KEYS,
    }
    _only(raw, known | set(_DESK_ROLES), where)
    children = raw.get("children", False)
    if not isinstance(children, bool):
        raise Invalid(f"{where}: children is true or false.")
    return Desk(
        id=name,
        name=raw.get("name", name),
        locale=raw["locale"],
        channel_id=_channel(raw["channel"], f"{where}: channel"),
        holders={
            r: _holders(raw[k], f"{where} {k}")
            for k, r in _DESK_ROLES.items()
            if k in raw
        },
        quorum=quorum,
        expires_after=_hours(raw, "expires_hours", where),
        retention=parse_retention(raw, where),
        filler=filler,
        access_conditions=parse_place(raw, where, sites),
        budgets=parse_budgets(raw.get("budgets", {}), where),
        children=children,
        watched=parse_watched(raw, where),
        care=parse_care(raw.get("care", {}), where),
    )


def _holders(raw: object, where: str) -> Holders:
    if not isinstance(raw, Mapping):
        raise Invalid(f'{where} is written {{ users = ["U..."], groups = ["S..."] }}.')
    _only(raw, {"users", "groups"}, where)
    for key in ("users", "groups"):
        values = raw.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise Invalid(f"{where}: {key} is a list of Slack ids.")
        pattern, what = _IDS[key]
        odd = next((v for v in values if not pattern.fullmatch(v)), None)
        if odd is not None:
            raise Invalid(f"{where}: {key} are {what}: not {odd!r}.")
    return Holders(
        users=frozenset(raw.get("users", ())), groups=frozenset(raw.get("groups", ()))
    )


def _channel(raw: object, where: str) -> str:
    if not isinstance(raw, str) or not _CHANNEL.fullmatch(raw):
        raise Invalid(f"{where} is a channel's id, such as C012AB3CD: not {raw!r}.")
    return raw


def _hours(raw: Mapping[str, Any], key: str, where: str) -> timedelta:
    hours = raw.get(key, 24)
    if (
        isinstance(hours, bool)
        or not isinstance(hours, (int, float))
        or not 0 < hours <= 24 * 366
    ):
        raise Invalid(f"{where}: {key} is a number of hours above 0.")
    return timedelta(hours=hours)


def _only(raw: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise Invalid(f"{where} has an unknown key: {unknown[0]}.")


def _check_separation(desks: Desks) -> None:
    """An auditor who also listens would be auditing themselves."""
    auditors = desks.holders.get(Role.AUDITOR, Holders())
    for desk in desks.desks.values():
        for role, who in desk.holders.items():
            if auditors.users & who.users or auditors.groups & who.groups:
                raise Invalid(
                    f"[desks.{desk.id}]: nobody is auditor and {role} at once: choose one."
                )
