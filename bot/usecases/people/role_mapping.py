"""A changed desks.toml gives nobody more until an administrator has agreed to it.

The file is changed by whoever has a shell, where nobody can be asked for a fresh
sign-in. What it takes away counts at once; what it gives waits for a page with a fresh
sign-in and a typed reason.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.config.role_mapping import (
    Change,
    Given,
    at_once,
    changes,
    everybody,
    from_json,
    given,
    held,
    limit,
    size,
    to_json,
)
from bot.errors import Conflict
from bot.rules.erasure.holds import checked_reason
from bot.rules.people import permission
from bot.rules.people.permission import may_map_roles
from bot.rules.people.roles import roles_without_person
from bot.usecases.committed_detail import beside
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import member_of
from bot.usecases.people.roles import note_roles
from bot.usecases.people.step_up import lacks_step_up
from bot.usecases.services import Services
from storage.records import Action, Role, RoleMapping
from storage.records.outbox import NotifyMappingWaiting
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A mapping that waits, and what is in force until then. `seen` names the two in a
    form.
    """

    in_force: Given
    wanted: Given
    since: datetime
    seen: str

    @property
    def changes(self) -> tuple[Change, ...]:
        return changes(self.in_force, self.wanted)


def start(services: Services, act: Act) -> None:
    """At start: hold the file against the mapping in force. The first one is taken as
    it is.
    """
    wanted = given(services.desks)
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        stored = tx.startup.role_mapping()
        if stored is None:
            said = to_json(wanted)
            tx.log.record_with(act.event(Action.ROLES_MAPPED), beside(mapping=said))
            tx.startup.save_role_mapping(RoleMapping(in_force=said))
        else:
            _hold_against(services, tx, act, stored, wanted)
    follow(services)


def follow(services: Services) -> None:
    """Let count what is in force now, also when another replica or a shell changed
    it.
    """
    with services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is not None:
        services.desks = limit(services.desks, from_json(stored.in_force))


def waiting(services: Services, act: Act) -> Waiting | None:
    """What waits to be confirmed. Raises `Refused`."""
    with services.store.begin() as tx:
        stored = tx.startup.role_mapping()
        refusal = may_map_roles(_roles(services, tx, act, stored))
        if refusal is not None:
            tx.log.record(act.event(Action.ROLES_MAPPED, refusal=refusal))
    raise_refusal(refusal)
    return None if stored is None else _waiting(stored)


def unconfirmed(services: Services) -> int:
    """How many lines of desks.toml, as it is now, give somebody what is not in
    force.
    """
    with services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is None:
        return 0
    wanted, in_force = (
        given(services.desks.written or services.desks),
        from_json(stored.in_force),
    )
    return len(changes(at_once(in_force, wanted), wanted))


def confirm(services: Services, act: Act, *, seen: str | None, reason: str) -> Waiting:
    """Let count what waits. `seen` names what the administrator looked at; a shell may
    leave it.

    Raises `Invalid` (with the field), `Refused`, `Conflict`.
    """
    why = checked_reason(reason)
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        stored = tx.startup.role_mapping()
        refusal = may_map_roles(_roles(services, tx, act, stored)) or lacks_step_up(act)
        if refusal is not None:
            tx.log.record_with(
                act.event(Action.ROLES_MAPPED, refusal=refusal), beside(reason=why)
            )
        else:
            found = _looked_at(stored, seen)
            role = Role.ADMINISTRATOR if act.person else None
            event = act.event(
                Action.ROLES_MAPPED, role=role, numbers=size(found.changes)
            )
            tx.log.record_with(event, beside(reason=why, mapping=to_json(found.wanted)))
            _note_changes(services, tx, act, found.in_force, found.wanted)
            tx.startup.save_role_mapping(RoleMapping(in_force=to_json(found.wanted)))
    raise_refusal(refusal)
    follow(services)
    return found


def _hold_against(
    services: Services, tx: Transaction, act: Act, stored: RoleMapping, wanted: Given
) -> None:
    before = from_json(stored.in_force)
    counts = at_once(before, wanted)
    if counts != before:
        event = act.event(Action.ROLES_MAPPED, numbers=size(changes(before, counts)))
        tx.log.record_with(event, beside(mapping=to_json(counts)))
        _note_changes(services, tx, act, before, counts)
    waits = to_json(wanted) if counts != wanted else None
    is_news = waits not in (None, stored.waiting)
    since = act.now if is_news else stored.waiting_since if waits else None
    tx.startup.save_role_mapping(
        RoleMapping(in_force=to_json(counts), waiting=waits, waiting_since=since)
    )
    if is_news:
        numbers = size(changes(counts, wanted))
        event = act.event(
            Action.ROLES_MAPPED, refusal=permission.UNCONFIRMED, numbers=numbers
        )
        tx.log.record_with(event, beside(mapping=to_json(wanted)))
        _tell_administrators(tx, act, counts)


def _note_changes(
    services: Services, tx: Transaction, act: Act, before: Given, after: Given
) -> None:
    who = everybody(before, after)
    for user_id in sorted(who.users | tx.groups.members(who.groups)):
        member = tx.people.member_by_id(user_id)
        note_roles(
            services, tx, act, user_id, held(before, member), held(after, member)
        )


def _looked_at(stored: RoleMapping | None, seen: str | None) -> Waiting:
    found = _waiting(stored) if stored else None
    if found is None:
        raise Conflict("No change of roles waits. Nothing is left to do here.")
    if seen not in (None, found.seen):
        raise Conflict(
            "desks.toml has changed since you looked. Look again, then confirm."
        )
    return found


def _waiting(stored: RoleMapping) -> Waiting | None:
    if stored.waiting is None or stored.waiting_since is None:
        return None
    return Waiting(
        in_force=from_json(stored.in_force),
        wanted=from_json(stored.waiting),
        since=stored.waiting_since,
        seen=hashlib.sha256(f"{stored.in_force} {stored.waiting}".encode()).hexdigest(),
    )


def _roles(
    services: Services, tx: Transaction, act: Act, stored: RoleMapping | None
) -> frozenset[Role]:
    """By the mapping in force at this moment: another replica may have just taken a
    role away.
    """
    if act.person is None:
        return roles_without_person(act.origin, Role.ADMINISTRATOR)
    in_force = from_json(stored.in_force) if stored else given(services.desks)
    found = held(in_force, member_of(services, tx, act.person))
    return frozenset(role for role, _ in found)


def _tell_administrators(tx: Transaction, act: Act, counts: Given) -> None:
    who = counts.get(str(Role.ADMINISTRATOR))
    if who is None:
        return
    for user_id in sorted(who.users | tx.groups.members(who.groups)):
        tx.outbox.enqueue(NotifyMappingWaiting(user_id=user_id), now=act.now)
