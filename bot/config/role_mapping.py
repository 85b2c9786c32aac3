"""The holders of each role by desks.toml, and the part of a changed file in force.

Losing a right never waits. Gaining one waits until an administrator has agreed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.rules.desks import Desk, Desks, Holders
from bot.rules.distress.safety import Safety, Stage
from bot.rules.people.roles import DESK_ROLES, VENDORS
from storage.records import Member, Role

# The keys are `desk/role` or `role`. VENDORS is no role: it closes desks to its people.
Given = Mapping[str, Holders]
Lines = dict[str, Holders]
RoleOnDesk = tuple[Role, str | None]
_NONE = Holders()


@dataclass(frozen=True, kw_only=True)
class Change:
    """The holders that one line of the mapping gains and loses."""

    name: str
    gained: Holders
    lost: Holders


def read_mapping(desks: Desks) -> Lines:
    """Return the holders of each role that has holders in the file."""
    lines = {str(role): holders for role, holders in desks.holders.items()}
    for desk in desks.desks.values():
        for role, holders in desk.holders.items():
            lines[f"{desk.id}/{role}"] = holders
    lines[VENDORS] = desks.vendors
    return _without_empty(lines)


def _without_empty(lines: Given) -> Lines:
    return {name: holders for name, holders in lines.items() if holders != _NONE}


def to_json(lines: Given) -> str:
    """Return the mapping as text; the same text for the same mapping."""
    plain = {}
    for name, holders in lines.items():
        plain[name] = {
            "groups": sorted(holders.groups),
            "users": sorted(holders.users),
        }
    return json.dumps(plain, sort_keys=True)


def from_json(text: str) -> Lines:
    """Return the mapping that `to_json` wrote."""
    lines = {}
    for name, plain in json.loads(text).items():
        lines[name] = Holders(
            users=frozenset(plain["users"]),
            groups=frozenset(plain["groups"]),
        )
    return lines


def at_once(in_force: Given, wanted: Given) -> Lines:
    """Return the part of `wanted` that is in force before an administrator agrees.

    No person may do more than before.
    """
    both = {}
    for name, holders in wanted.items():
        before = in_force.get(name, _NONE)
        both[name] = _both(before, holders)
    # Being a vendor takes rights away, so that new vendors count at once.
    vendors_before = in_force.get(VENDORS, _NONE)
    vendors_wanted = wanted.get(VENDORS, _NONE)
    both[VENDORS] = _either(vendors_before, vendors_wanted)
    return _without_empty(both)


def changes(before: Given, after: Given) -> tuple[Change, ...]:
    """Return the changed lines in the order of their names."""
    found = []
    for name in sorted({*before, *after}):
        was = before.get(name, _NONE)
        now = after.get(name, _NONE)
        if was != now:
            change = Change(
                name=name,
                gained=_less(now, was),
                lost=_less(was, now),
            )
            found.append(change)
    return tuple(found)


def size(found: tuple[Change, ...]) -> dict[str, int]:
    """Return for the record how many people and groups gain and lose a role."""
    return {
        "given": sum(_count(change.gained) for change in found),
        "taken": sum(_count(change.lost) for change in found),
    }


def _count(holders: Holders) -> int:
    return len(holders.users) + len(holders.groups)


def all_holders(*mappings: Given) -> Holders:
    """Return all holders of these mappings."""
    found = _NONE
    for lines in mappings:
        for holders in lines.values():
            found = _either(found, holders)
    return found


def find_roles(lines: Given, member: Member) -> frozenset[RoleOnDesk]:
    """Return every role of this person with its desk, as `Desks.held_by` does."""
    found: set[RoleOnDesk] = set()
    for name, holders in lines.items():
        if name == VENDORS:
            continue
        if holders.include(member):
            found.add(_role_and_desk(name))
    # Auditors do not listen to recordings.
    if (Role.AUDITOR, None) in found:
        return frozenset(each for each in found if each[0] not in DESK_ROLES)
    return frozenset(found)


def gives_right(
    before: Given,
    after: Given,
    member: Member,
) -> bool:
    """Return whether a change gives this person a role, or ends their being a vendor."""
    if find_roles(after, member) - find_roles(before, member):
        return True
    was_vendor = before.get(VENDORS, _NONE).include(member)
    is_vendor = after.get(VENDORS, _NONE).include(member)
    return was_vendor and not is_vendor


def _role_and_desk(name: str) -> RoleOnDesk:
    desk, slash, role = name.rpartition("/")
    if not slash:
        return Role(role), None
    return Role(role), desk


def limit(desks: Desks, in_force: Given) -> Desks:
    """Return these desks with the holders that are in force."""
    written = desks
    if desks.written is not None:
        written = desks.written
    counts = at_once(in_force, read_mapping(written))
    holders = {role: counts.get(str(role), _NONE) for role in written.holders}
    officers = holders.get(Role.SAFETY_OFFICER, _NONE)
    limited = {name: _limit_desk(desk, counts) for name, desk in written.desks.items()}
    return replace(
        written,
        desks=limited,
        holders=holders,
        vendors=counts.get(VENDORS, _NONE),
        safety=_limit_safety(written.safety, officers),
        written=written,
    )


def _limit_desk(desk: Desk, counts: Given) -> Desk:
    holders = {role: counts.get(f"{desk.id}/{role}", _NONE) for role in desk.holders}
    return replace(desk, holders=holders)


def _limit_safety(safety: Safety, officers: Holders) -> Safety:
    stages = [_limit_stage(stage, officers) for stage in safety.stages]
    return replace(safety, stages=tuple(stages))


def _limit_stage(stage: Stage, officers: Holders) -> Stage:
    return replace(
        stage,
        users=stage.users & officers.users,
        groups=stage.groups & officers.groups,
    )


def _both(one: Holders, other: Holders) -> Holders:
    return Holders(
        users=one.users & other.users,
        groups=one.groups & other.groups,
    )


def _either(one: Holders, other: Holders) -> Holders:
    return Holders(
        users=one.users | other.users,
        groups=one.groups | other.groups,
    )


def _less(one: Holders, other: Holders) -> Holders:
    return Holders(
        users=one.users - other.users,
        groups=one.groups - other.groups,
    )
