"""A mapping of roles that waits to be confirmed, and the people who may do that."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.config.role_mapping import (
    Change,
    Given,
    changes,
    find_roles,
    from_json,
    gives_right,
    read_mapping,
)
from bot.rules.people.own_gift import may_confirm
from bot.rules.people.permission import Refusal
from bot.rules.people.roles import roles_without_person
from bot.usecases.context import Act
from bot.usecases.lookup import member_of, people_of
from bot.usecases.services import Services
from storage.records import Role, RoleMapping
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class WaitingMapping:
    """A mapping that waits for an administrator, and the one in force until then.

    `seen` is a digest of the two: a form sends it back. `refusal` is why the reader
    may not confirm it.
    """

    in_force: Given
    wanted: Given
    since: datetime
    seen: str
    refusal: Refusal | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the assignments that the waiting mapping changes."""
        return changes(self.in_force, self.wanted)


def waiting_mapping(stored: RoleMapping | None) -> WaitingMapping | None:
    """Return the mapping that waits, if one does."""
    if stored is None:
        return None
    if stored.waiting is None:
        return None
    if stored.waiting_since is None:
        return None
    both = f"{stored.in_force} {stored.waiting}"
    return WaitingMapping(
        in_force=from_json(stored.in_force),
        wanted=from_json(stored.waiting),
        since=stored.waiting_since,
        seen=hashlib.sha256(both.encode()).hexdigest(),
    )


def own_gift_refusal(
    services: Services,
    tx: Transaction,
    act: Act,
    found: WaitingMapping,
) -> Refusal | None:
    """Return why this person may not confirm the mapping; a shell always may."""
    if act.person is None:
        return None
    member = member_of(services, tx, act.person)
    user_ids = people_of(tx, found.in_force.get(str(Role.ADMINISTRATOR)))
    return may_confirm(
        is_own_gift=gives_right(found.in_force, found.wanted, member),
        is_only_administrator=user_ids <= {act.person.user_id},
    )


def mapping_roles(
    services: Services,
    tx: Transaction,
    act: Act,
    stored: RoleMapping | None,
) -> frozenset[Role]:
    """Return the roles of the actor, by the mapping in force at this moment.

    Another replica may have just removed a role.
    """
    if act.person is None:
        return roles_without_person(act.origin, Role.ADMINISTRATOR)
    in_force: Given = read_mapping(services.desks)
    if stored is not None:
        in_force = from_json(stored.in_force)
    found = find_roles(in_force, member_of(services, tx, act.person))
    return frozenset(role for role, _ in found)
