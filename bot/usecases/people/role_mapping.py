"""A changed desks.toml grants no role until an administrator has agreed to it.

The file is changed from a shell, where no fresh sign-in can be required. A role that it
removes is removed at once; a role that it grants waits for a page with a fresh sign-in
and a typed reason. An administrator to whom the change gives a right cannot confirm it:
another one does, or an operator in a shell.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.config.role_mapping import (
    Given,
    all_holders,
    at_once,
    changes,
    find_roles,
    from_json,
    limit,
    read_mapping,
    size,
    to_json,
)
from bot.errors import Conflict
from bot.rules.erasure.holds import check_reason
from bot.rules.people import permission
from bot.rules.people.permission import Refusal, may_map_roles
from bot.text import text
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import people_of
from bot.usecases.people.roles import record_role_changes
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.people.waiting_mapping import (
    WaitingMapping,
    mapping_roles,
    own_gift_refusal,
    waiting_mapping,
)
from bot.usecases.services import Services
from storage.records import Action, Role, RoleMapping
from storage.records.outbox import NotifyMappingWaiting
from storage.store import Transaction


def compare_file(services: Services, act: Act) -> None:
    """Compare desks.toml with the mapping in force; the program does it at its start.

    The first mapping is taken as it is.
    """
    wanted = read_mapping(services.desks)
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        stored = tx.startup.role_mapping()
        if stored is None:
            mapping = to_json(wanted)
            _record_mapping(tx, act, mapping, {})
            tx.startup.save_role_mapping(RoleMapping(in_force=mapping))
        else:
            _compare(
                services,
                tx,
                act,
                stored,
                wanted,
            )
    apply_in_force(services)


def apply_in_force(services: Services) -> None:
    """Limit the desks to the mapping in force, as replicas and shells last changed it."""
    with services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is not None:
        services.desks = limit(services.desks, from_json(stored.in_force))


def view_waiting(services: Services, act: Act) -> WaitingMapping | None:
    """Return the mapping that waits to be confirmed, if one does. Raises `Refused`."""
    with services.store.begin() as tx:
        stored = tx.startup.role_mapping()
        refusal = may_map_roles(mapping_roles(services, tx, act, stored))
        if refusal is not None:
            tx.log.record(act.event(Action.ROLES_MAPPED, refusal=refusal))
        else:
            tx.log.record(act.event(Action.QUEUE_VIEWED, role=Role.ADMINISTRATOR))
        found = waiting_mapping(stored)
        if found is not None:
            own = own_gift_refusal(
                services,
                tx,
                act,
                found,
            )
            found = replace(found, refusal=own)
    raise_refusal(refusal)
    return found


def count_unconfirmed(services: Services) -> int:
    """Return how many assignments of the present desks.toml wait to be confirmed."""
    with services.store.read() as tx:
        stored = tx.startup.role_mapping()
    if stored is None:
        return 0
    wanted = read_mapping(services.desks.written or services.desks)
    in_force = from_json(stored.in_force)
    return len(changes(at_once(in_force, wanted), wanted))


def confirm(
    services: Services,
    act: Act,
    *,
    seen: str | None,
    reason: str,
) -> WaitingMapping:
    """Put the waiting mapping in force, and return it.

    An administrator to whom it gives a right may not. `seen` identifies the mapping
    that the administrator read; a shell may leave it out. Raises `Invalid` (with the
    field), `Refused`, `Conflict`.
    """
    why = check_reason(reason)
    with services.store.begin() as tx:
        tx.startup.lock(act.now)
        stored = tx.startup.role_mapping()
        refusal = may_map_roles(mapping_roles(services, tx, act, stored))
        waiting = waiting_mapping(stored)
        if refusal is None and waiting is not None:
            refusal = own_gift_refusal(
                services,
                tx,
                act,
                waiting,
            )
        if refusal is None:
            refusal = step_up_refusal(services, act)
        if refusal is not None:
            denial = act.event(Action.ROLES_MAPPED, refusal=refusal)
            tx.log.record_with(denial, detail=committed_detail(reason=why))
        else:
            found = _seen_mapping(stored, seen)
            _confirm(
                services,
                tx,
                act,
                found,
                why,
            )
    raise_refusal(refusal)
    apply_in_force(services)
    return found


def _confirm(
    services: Services,
    tx: Transaction,
    act: Act,
    found: WaitingMapping,
    why: str,
) -> None:
    role = None
    if act.person is not None:
        role = Role.ADMINISTRATOR
    wanted = to_json(found.wanted)
    event = act.event(Action.ROLES_MAPPED, role=role, numbers=size(found.changes))
    tx.log.record_with(event, detail=committed_detail(reason=why, mapping=wanted))
    _record_changes(
        services,
        tx,
        act,
        found.in_force,
        found.wanted,
    )
    tx.startup.save_role_mapping(RoleMapping(in_force=wanted))


def _compare(
    services: Services,
    tx: Transaction,
    act: Act,
    stored: RoleMapping,
    wanted: Given,
) -> None:
    """Remove roles at once, and let new ones wait; a new wait is on record."""
    before = from_json(stored.in_force)
    in_force = at_once(before, wanted)
    if in_force != before:
        removed = size(changes(before, in_force))
        _record_mapping(tx, act, to_json(in_force), removed)
        _record_changes(
            services,
            tx,
            act,
            before,
            in_force,
        )
    if in_force == wanted:
        tx.startup.save_role_mapping(RoleMapping(in_force=to_json(in_force)))
        return
    waiting = to_json(wanted)
    is_news = waiting != stored.waiting
    mapping = RoleMapping(
        in_force=to_json(in_force),
        waiting=waiting,
        waiting_since=act.now if is_news else stored.waiting_since,
    )
    tx.startup.save_role_mapping(mapping)
    if is_news:
        added = size(changes(in_force, wanted))
        _record_mapping(
            tx,
            act,
            waiting,
            added,
            refusal=permission.UNCONFIRMED,
        )
        _notify_administrators(tx, act, in_force)


def _record_mapping(
    tx: Transaction,
    act: Act,
    mapping: str,
    numbers: Mapping[str, int],
    refusal: Refusal | None = None,
) -> None:
    event = act.event(Action.ROLES_MAPPED, refusal=refusal, numbers=numbers)
    tx.log.record_with(event, detail=committed_detail(mapping=mapping))


def _record_changes(
    services: Services,
    tx: Transaction,
    act: Act,
    before: Given,
    after: Given,
) -> None:
    for user_id in sorted(people_of(tx, all_holders(before, after))):
        member = tx.people.member_by_id(user_id)
        had = find_roles(before, member)
        has = find_roles(after, member)
        record_role_changes(
            services,
            tx,
            act,
            user_id,
            had,
            has,
        )


def _seen_mapping(stored: RoleMapping | None, seen: str | None) -> WaitingMapping:
    """Return the waiting mapping. Raises `Conflict` if it is not the one seen."""
    found = waiting_mapping(stored)
    if found is None:
        raise Conflict(text("people.mapping.none_waiting"))
    if seen not in (None, found.seen):
        raise Conflict(text("people.mapping.changed_meanwhile"))
    return found


def _notify_administrators(
    tx: Transaction,
    act: Act,
    in_force: Given,
) -> None:
    for user_id in sorted(people_of(tx, in_force.get(str(Role.ADMINISTRATOR)))):
        tx.outbox.enqueue(NotifyMappingWaiting(user_id=user_id), now=act.now)
