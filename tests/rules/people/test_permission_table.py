"""Every cell of the printed table, held against what the decisions really say."""

import re
from pathlib import Path

import pytest

from bot.rules.people import permission
from bot.rules.people.permission import Relation
from bot.rules.people.permission_table import (
    PERMISSIONS,
    YES,
    Capability,
    Standing,
    cell,
)
from bot.rules.people.roles import DESK_ROLES
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests.approval import may_approve_ask
from storage.records import Clip, Consent, Request, RequestState, Role
from tests.rules.people.test_permission import ME, relation, request
from tools.permissions_page import page

DOCS = Path(__file__).parents[3] / "docs" / "permissions.md"
WHO = [*Role, None]
CELLS = [
    (deed, role, standing)
    for deed in Capability
    for role in WHO
    for standing in Standing
]
CLIP = Clip(
    clip_id="c",
    locale="en",
    recorded_at=None,
    speaker=None,
    consent=Consent.GRANTED,
    words=(),
)


def asked_of(deed: Capability, role: Role | None, standing: Standing) -> Refusal | None:
    """What the decision that stands behind a deed says of such a person."""
    # A desk role held on another desk is not among the roles on the request's desk.
    elsewhere = standing is Standing.OTHER_DESK and role in DESK_ROLES
    roles = {role} if role is not None and not elsewhere else set()
    asked = request(STATE.get(deed, RequestState.OPEN))
    if standing is Standing.ASKER:
        asked = asked.evolve(asker=ME)
    mine = relation(*roles, has_proposed=standing is Standing.PROPOSER, has_heard=True)
    return decision(deed, mine, asked)


STATE = {
    Capability.LISTEN_DISPUTED: RequestState.DISPUTED,
    Capability.ADJUDICATE: RequestState.DISPUTED,
    Capability.APPEAL: RequestState.AGREED,
    Capability.APPROVE_ASK: RequestState.WAITING,
}


def decision(deed: Capability, mine: Relation, asked: Request) -> Refusal | None:
    match deed:
        case Capability.ASK:
            return permission.may_ask(mine.roles, CLIP, quarantined=False)
        case Capability.VIEW:
            return permission.may_view(mine, asked)
        case Capability.LISTEN | Capability.LISTEN_DISPUTED:
            return permission.may_listen(mine, asked)
        case Capability.APPROVE_ASK:
            return may_approve_ask(mine, asked)
        case Capability.PROPOSE:
            return permission.may_propose(mine, asked)
        case Capability.DECLINE:
            return permission.may_decline(mine, asked)
        case Capability.WITHDRAW:
            return permission.may_withdraw(mine, asked)
        case Capability.CLOSE_UNCLEAR:
            return permission.may_close_unclear(mine, asked.evolve(chased=2))
        case Capability.SEE_QUEUE:
            return permission.may_see_queue(mine.roles)
        case Capability.ADJUDICATE:
            return permission.may_adjudicate(mine, asked)
        case Capability.APPEAL:
            return permission.may_appeal(mine, asked, has_sound=True)
        case Capability.DEAL_WITH:
            return permission.may_deal_with(mine.roles, own=False)
        case Capability.SET_UP:
            return permission.may_set_up(mine.roles)
        case Capability.MAP_ROLES:
            return permission.may_map_roles(mine.roles)
        case Capability.MANAGE_TOOLS:
            return permission.may_manage_tools(mine.roles)
        case Capability.LISTEN_LESS | Capability.APPROVE_LESS:
            return mine.decide(deed, asked)
        case Capability.STOP:
            return permission.may_stop(mine, asked)
        case Capability.RELEASE:
            return permission.may_release(mine.roles)
        case Capability.HOLD:
            return permission.may_hold(mine.roles)
        case Capability.ERASE:
            return permission.may_erase(mine.roles)
        case Capability.KEEP:
            return permission.may_keep(mine.roles)
        case Capability.READ_OWN_RECORD:
            return permission.may_query_log(mine.roles, only_self=True)
        case Capability.QUERY_LOG:
            return permission.may_query_log(mine.roles, only_self=False)
    raise AssertionError(f"no decision stands behind {deed!r}")


def printed() -> dict[tuple[str, str, str], str]:
    """Capability, who and standing to what docs/permissions.md says."""
    found, deed = {}, ""
    for line in DOCS.read_text("utf-8").splitlines():
        columns = [c.strip() for c in line.strip("|").split("|")]
        if line.startswith("| **"):
            deed = columns[0].strip("*")
        elif len(columns) == 5 and deed and "---" not in line:
            for standing, said in zip(Standing, columns[1:], strict=True):
                found[deed, columns[0], standing.value] = said
    return found


PRINTED = printed()


@pytest.mark.parametrize(("deed", "role", "standing"), CELLS)
def test_a_decision_is_what_the_printed_table_says(
    deed: Capability, role: Role | None, standing: Standing
) -> None:
    names = [role.replace("_", " ")] if role else []
    rows = [PRINTED.get((deed, who, standing)) for who in [*names, "all others", "all"]]
    said = next(row for row in rows if row is not None)
    refusal = asked_of(deed, role, standing)
    assert said == (f"`{refusal.rule}`" if refusal else "yes")


def test_the_printed_page_is_the_table() -> None:
    assert DOCS.read_text("utf-8") == page()


@pytest.mark.parametrize(
    "deed", [Capability.LISTEN, Capability.LISTEN_DISPUTED, Capability.PROPOSE]
)
@pytest.mark.parametrize("role", [r for r in WHO if r not in DESK_ROLES])
def test_nobody_hears_or_answers_but_reviewers_and_leads(
    deed: Capability, role: Role | None
) -> None:
    assert all(cell(deed, role, standing) is not YES for standing in Standing)


@pytest.mark.parametrize("role", WHO)
def test_nobody_hears_answers_or_rules_their_own_question(role: Role | None) -> None:
    for deed in (
        Capability.LISTEN,
        Capability.LISTEN_DISPUTED,
        Capability.PROPOSE,
        Capability.ADJUDICATE,
    ):
        assert cell(deed, role, Standing.ASKER) is not YES


def test_a_role_on_another_desk_is_worth_as_much_as_none() -> None:
    for deed in Capability:
        for role in DESK_ROLES:
            theirs = cell(deed, role, Standing.OTHER_DESK)
            assert theirs == cell(deed, None, Standing.OTHER_DESK), deed


def test_a_house_role_is_the_same_on_every_desk() -> None:
    for deed in Capability:
        for role in set(Role) - DESK_ROLES:
            here, there = Standing.SAME_DESK, Standing.OTHER_DESK
            assert cell(deed, role, here) == cell(deed, role, there), deed


def test_every_deed_has_a_row_for_everybody_else_and_every_rule_a_sentence() -> None:
    assert set(PERMISSIONS) == set(Capability)
    rules = {
        rule
        for rows in PERMISSIONS.values()
        for cells in rows.values()
        for rule in cells
    }
    for rule in rules - {YES}:
        assert re.fullmatch(r"[a-z_]+", rule)
        assert refuse(rule).sentence.endswith(".")
    assert all(None in rows for rows in PERMISSIONS.values())
