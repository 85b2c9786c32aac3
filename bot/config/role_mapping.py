"""Whom desks.toml gives which role, and what of a changed file counts before it is
confirmed.

Losing a right never waits; gaining one waits until an administrator has agreed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.rules.desks import Desk, Desks, Holders
from bot.rules.distress.safety import Safety
from bot.rules.people.roles import DESK_ROLES, VENDORS
from storage.records import Member, Role

# By `desk/role` or `role`. Being a vendor is no role: it closes desks to somebody.
Given = Mapping[str, Holders]
_NOBODY = Holders()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one line of the mapping gives otherwise than before."""

    name: str
    gained: Holders
    lost: Holders


def given(desks: Desks) -> dict[str, Holders]:
    """Whom the file gives what; nothing is said of roles that nobody is given."""
    lines = {str(role): who for role, who in desks.holders.items()}
    for desk in desks.desks.values():
        lines |= {f"{desk.id}/{role}": who for role, who in desk.holders.items()}
    lines[VENDORS] = desks.vendors
    return {name: who for name, who in lines.items() if who != _NOBODY}


def to_json(lines: Given) -> str:
    """The same text for the same mapping."""
    plain = {
        name: {"groups": sorted(who.groups), "users": sorted(who.users)}
        for name, who in lines.items()
    }
    return json.dumps(plain, sort_keys=True)


def from_json(text: str) -> dict[str, Holders]:
    """What `to_json` wrote."""
    return {
        name: Holders(users=frozenset(who["users"]), groups=frozenset(who["groups"]))
        for name, who in json.loads(text).items()
    }


def at_once(in_force: Given, wanted: Given) -> dict[str, Holders]:
    """What counts of `wanted` before anybody has confirmed it: nobody may do more than
    before.
    """
    both = {
        name: _both(in_force.get(name, _NOBODY), who) for name, who in wanted.items()
    }
    both[VENDORS] = _either(
        in_force.get(VENDORS, _NOBODY), wanted.get(VENDORS, _NOBODY)
    )
    return {name: who for name, who in both.items() if who != _NOBODY}


def changes(before: Given, after: Given) -> tuple[Change, ...]:
    """Line by line, in the order of their names."""
    found = []
    for name in sorted({*before, *after}):
        was, now = before.get(name, _NOBODY), after.get(name, _NOBODY)
        if was != now:
            found.append(
                Change(
                    name=name,
                    gained=_less(now, was),
                    lost=_less(was, now),
                )
            )
    return tuple(found)


def size(found: tuple[Change, ...]) -> dict[str, int]:
    """How many people and groups are given and taken something, for the record."""
    return {
        "given": sum(len(c.gained.users) + len(c.gained.groups) for c in found),
        "taken": sum(len(c.lost.users) + len(c.lost.groups) for c in found),
    }


def everybody(*mappings: Given) -> Holders:
    """All who are named anywhere."""
    lines = [who for lines in mappings for who in lines.values()]
    return Holders(
        users=frozenset[str]().union(*(who.users for who in lines)),
        groups=frozenset[str]().union(*(who.groups for who in lines)),
    )


def held(lines: Given, member: Member) -> frozenset[tuple[Role, str | None]]:
    """Every role of this person with its desk, as `Desks.held_by` says."""
    named = [
        name for name, who in lines.items() if name != VENDORS and who.include(member)
    ]
    parts = [name.rpartition("/") for name in named]
    found = {(Role(role), desk or None) for desk, _, role in parts}
    if (Role.AUDITOR, None) in found:  # who checks the listening does not listen
        found = {one for one in found if one[0] not in DESK_ROLES}
    return frozenset(found)


def limit(desks: Desks, in_force: Given) -> Desks:
    """These desks, as far as what they give is in force."""
    written = desks.written or desks
    counts = at_once(in_force, given(written))
    holders = {role: counts.get(str(role), _NOBODY) for role in written.holders}
    officers = holders.get(Role.SAFETY_OFFICER, _NOBODY)
    return replace(
        written,
        desks={name: _limit_desk(desk, counts) for name, desk in written.desks.items()},
        holders=holders,
        vendors=counts.get(VENDORS, _NOBODY),
        safety=_limit_safety(written.safety, officers),
        written=written,
    )


def _limit_desk(desk: Desk, counts: Given) -> Desk:
    holders = {role: counts.get(f"{desk.id}/{role}", _NOBODY) for role in desk.holders}
    return replace(desk, holders=holders)


def _limit_safety(safety: Safety, officers: Holders) -> Safety:
    stages = tuple(
        replace(
            stage,
            users=stage.users & officers.users,
            groups=stage.groups & officers.groups,
        )
        for stage in safety.stages
    )
    return replace(safety, stages=stages)


def _both(one: Holders, other: Holders) -> Holders:
    return Holders(users=one.users & other.users, groups=one.groups & other.groups)


def _either(one: Holders, other: Holders) -> Holders:
    return Holders(users=one.users | other.users, groups=one.groups | other.groups)


def _less(one: Holders, other: Holders) -> Holders:
    return Holders(users=one.users - other.users, groups=one.groups - other.groups)
