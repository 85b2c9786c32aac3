"""Every role is in the one table, and everything else reads it."""

import ast
from pathlib import Path

import pytest

from bot.config.changes import read_file
from bot.config.desks_file import parse_desks
from bot.rules.people.roles import (
    COMPANY_ROLES,
    DESK_ROLES,
    ROLES,
    VENDORS,
    role_label,
    strongest,
)
from storage.records import Member, Role

ROOT = Path(__file__).parents[3]
# The permission table has a row for a role by design; a test keeps it to the roles.
TABLES = {
    ROOT / "bot/rules/people/roles.py",
    ROOT / "bot/rules/people/permission_table.py",
}
DESK = {"locale": "en", "channel": "C1"}


def test_every_role_has_a_row_and_a_rank_of_its_own() -> None:
    assert set(ROLES) == set(Role), "add the role to bot/rules/people/roles.py"
    assert len({row.rank for row in ROLES.values()}) == len(Role)
    assert len({row.key for row in ROLES.values()}) == len(Role)


@pytest.mark.parametrize("role", Role)
def test_every_role_is_given_by_its_key_and_is_no_setting(role: Role) -> None:
    holders = {ROLES[role].key: {"users": ["U1"]}}
    desk, company = (holders, {}) if role in DESK_ROLES else ({}, holders)
    data = {"desks": {"en": DESK | desk}, **company}
    place = "en" if role in DESK_ROLES else None
    assert parse_desks(data).held_by(Member(user_id="U1")) == {(role, place)}
    assert not any(ROLES[role].key in name for name in read_file(data))


@pytest.mark.parametrize("name", [*Role, VENDORS])
def test_every_role_has_a_label(name: str) -> None:
    assert role_label(name)


def test_an_act_is_recorded_under_the_strongest_role() -> None:
    assert strongest(frozenset(Role)) is Role.LEAD
    assert strongest({Role.LESS_MASKED, Role.REVIEWER}) is Role.REVIEWER
    assert strongest({Role.LESS_MASKED}) is Role.LESS_MASKED
    assert strongest(frozenset()) is None


def test_every_role_is_a_desk_role_or_a_company_role() -> None:
    assert set(Role) == DESK_ROLES | COMPANY_ROLES
    assert not DESK_ROLES & COMPANY_ROLES


def test_no_other_module_lists_three_roles() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("bot", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if path not in TABLES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Set | ast.List | ast.Tuple | ast.Dict)
        and count_roles(node) > 2
    ]
    assert not found


def count_roles(node: ast.Set | ast.List | ast.Tuple | ast.Dict) -> int:
    elements = node.keys if isinstance(node, ast.Dict) else node.elts
    return sum(
        isinstance(element, ast.Attribute)
        and isinstance(element.value, ast.Name)
        and element.value.id == "Role"
        for element in elements
    )
