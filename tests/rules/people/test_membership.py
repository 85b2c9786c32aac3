"""What Slack's user object makes of a person, and whom to ask about."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.rules.organisation import Organisation
from bot.rules.people.membership import (
    account_of,
    account_without_answer,
    counts,
    membership,
)
from storage.records import Account, Membership

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA: dict[str, Any] = {"id": "U1", "team_id": "T1", "deleted": False}
ALONE = Organisation(team_ids=frozenset({"T1"}))
IN_E1 = Organisation(team_ids=frozenset({"T1"}), enterprise_id="E1")
GRID = {"team_id": "T9", "enterprise_user": {"enterprise_id": "E1"}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, Membership.MEMBER),
        ({"is_admin": True, "is_owner": True}, Membership.MEMBER),
        ({"deleted": True}, Membership.DEACTIVATED),
        ({"is_restricted": True}, Membership.GUEST),
        ({"is_ultra_restricted": True}, Membership.GUEST),
        ({"is_bot": True}, Membership.BOT),
        ({"is_workflow_bot": True}, Membership.BOT),
        ({"id": "USLACKBOT"}, Membership.BOT),
        ({"team_id": "T9", "is_stranger": False}, Membership.OUTSIDER),
        ({"is_stranger": True}, Membership.OUTSIDER),
        (GRID, Membership.MEMBER),
        ({**GRID, "is_restricted": True}, Membership.GUEST),
        (
            {"team_id": "T9", "enterprise_user": {"enterprise_id": "E2"}},
            Membership.OUTSIDER,
        ),
    ],
)
def test_only_full_members_are_members(
    more: dict[str, Any], expected: Membership
) -> None:
    assert membership({**ANA, **more}, IN_E1) is expected


def test_without_an_organisation_of_our_own_no_other_team_is_ours() -> None:
    assert membership({**ANA, **GRID}, ALONE) is Membership.OUTSIDER
    nameless = {**ANA, "team_id": "T9", "enterprise_user": {"enterprise_id": None}}
    assert membership(nameless, ALONE) is Membership.OUTSIDER


def test_what_slack_does_not_say_is_not_taken_for_granted() -> None:
    assert membership({"id": "U1", "team_id": "T1"}, ALONE) is Membership.DEACTIVATED
    assert membership({}, ALONE) is not Membership.MEMBER


def test_an_account_holds_what_roles_and_channels_need() -> None:
    account = account_of({**ANA, **GRID}, IN_E1)
    assert account.membership is Membership.MEMBER
    assert account.enterprise_id == "E1"
    guest = account_of({**ANA, "is_restricted": True}, ALONE)
    assert (guest.membership, guest.is_guest) == (Membership.GUEST, True)


def test_a_person_that_slack_does_not_show_is_an_outsider() -> None:
    account = account_without_answer("U9")
    assert account.membership is Membership.OUTSIDER
    assert account.is_stranger


def account(team_id: str, membership: Membership) -> Account:
    return Account(user_id="W1", membership=membership, team_id=team_id)


IN_EAST = account("T1", Membership.MEMBER)
GONE_FROM_EAST = account("T1", Membership.DEACTIVATED)
IN_WEST = account("T2", Membership.MEMBER)
GUEST_IN_WEST = account("T2", Membership.GUEST)


@pytest.mark.parametrize(
    ("known", "seen", "expected"),
    [
        (None, GUEST_IN_WEST, True),
        (IN_EAST, GONE_FROM_EAST, True),
        (IN_EAST, GUEST_IN_WEST, False),
        (IN_EAST, IN_WEST, False),
        (GONE_FROM_EAST, IN_WEST, True),
        (GONE_FROM_EAST, GUEST_IN_WEST, False),
        (account("T9", Membership.MEMBER), GUEST_IN_WEST, True),
        (IN_EAST, account_without_answer("W1"), True),
    ],
)
def test_a_full_member_of_one_workspace_stays_one_whatever_others_show(
    known: Account | None, seen: Account, expected: bool
) -> None:
    assert counts(known, seen, {"T1", "T2"}) is expected


def test_two_workspaces_that_are_read_in_turn_agree_in_the_end() -> None:
    known = None
    states = []
    for seen in [GONE_FROM_EAST, IN_WEST, GONE_FROM_EAST, IN_WEST]:
        if counts(known, seen, {"T1", "T2"}):
            known = seen
        states.append(known)
    assert states == [GONE_FROM_EAST, IN_WEST, IN_WEST, IN_WEST]


def test_the_only_workspace_always_counts() -> None:
    assert counts(IN_EAST, GUEST_IN_WEST, ())
