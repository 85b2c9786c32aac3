"""The one table of roles: a new `Role` needs its row here, and nothing else.

desks.toml, the permission table, the record of changed settings, the mapping page and
the role an act is recorded under all read it.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from bot.text import text
from storage.records import Origin, Role

# A group of desks.toml that is no role. Some desks are closed to its people.
VENDORS = "vendors"


@dataclass(frozen=True, kw_only=True)
class RoleRow:
    """One role.

    `key` names its holders in desks.toml. A desk role counts on one desk, any other in
    the whole company. Of several roles an act is recorded under the one with the lowest
    `rank`.
    """

    key: str
    rank: int
    is_desk_role: bool


ROLES: Mapping[Role, RoleRow] = {
    Role.REVIEWER: RoleRow(
        key="reviewers",
        rank=2,
        is_desk_role=True,
    ),
    Role.LEAD: RoleRow(
        key="leads",
        rank=1,
        is_desk_role=True,
    ),
    Role.LESS_MASKED: RoleRow(
        key="less_masked",
        rank=6,
        is_desk_role=True,
    ),
    Role.AUDITOR: RoleRow(
        key="auditors",
        rank=4,
        is_desk_role=False,
    ),
    Role.SAFETY_OFFICER: RoleRow(
        key="safety_officers",
        rank=3,
        is_desk_role=False,
    ),
    Role.ADMINISTRATOR: RoleRow(
        key="administrators",
        rank=5,
        is_desk_role=False,
    ),
}

DESK_ROLES = frozenset(role for role, row in ROLES.items() if row.is_desk_role)
COMPANY_ROLES = frozenset(ROLES) - DESK_ROLES
DESK_KEYS = frozenset(ROLES[role].key for role in DESK_ROLES)
COMPANY_KEYS = frozenset(ROLES[role].key for role in COMPANY_ROLES)


def strongest(roles: Set[Role]) -> Role | None:
    """Return the role an act is recorded under; None for a person without a role."""
    return min(roles, key=lambda role: ROLES[role].rank, default=None)


def roles_without_person(
    origin: Origin,
    role: Role,
    *,
    by_hook: bool = False,
) -> frozenset[Role]:
    """Return the roles of an act without a person in Slack: `role`, or none.

    An operator with a shell can read and change the database itself, so a command may
    do the same and is recorded. With `by_hook`, a signed call of the recordings' own
    system may too.
    """
    trusted = {Origin.CLI}
    if by_hook:
        trusted.add(Origin.HOOK)
    if origin not in trusted:
        return frozenset()
    return frozenset({role})


def role_label(name: str) -> str:
    """Return the name of a role, or of the vendors, as people read it."""
    return text(f"roles.label.{name}")
