"""What Slack's user object makes of a person, and whom to ask about."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.rules.people.membership import CHECK_AGAIN, membership, to_check
from storage.records import Membership

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA: dict[str, Any] = {"id": "U1", "team_id": "T1", "deleted": False}
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
    assert membership({**ANA, **more}, "T1", "E1") is expected


def test_without_an_organisation_of_our_own_no_other_team_is_ours() -> None:
    assert membership({**ANA, **GRID}, "T1", None) is Membership.OUTSIDER
    nameless = {**ANA, "team_id": "T9", "enterprise_user": {"enterprise_id": None}}
    assert membership(nameless, "T1", None) is Membership.OUTSIDER


def test_what_slack_does_not_say_is_not_taken_for_granted() -> None:
    assert (
        membership({"id": "U1", "team_id": "T1"}, "T1", None) is Membership.DEACTIVATED
    )
    assert membership({}, "T1", None) is not Membership.MEMBER


def test_strangers_are_asked_about_first_and_then_the_longest_ago() -> None:
    long_ago, longer_ago = NOW - CHECK_AGAIN, NOW - 2 * CHECK_AGAIN
    holders = {"U1", "U2", "U3", "U4"}
    checked = {"U1": long_ago, "U2": longer_ago, "U3": NOW}
    assert to_check(holders, checked, NOW) == ["U4", "U2", "U1"]


def test_three_rounds_ask_about_everybody_once() -> None:
    holders = {f"U{n}" for n in range(10)}
    checked = dict.fromkeys(holders, NOW - timedelta(hours=1))
    for _ in range(3):
        for user_id in to_check(holders, checked, NOW):
            checked[user_id] = NOW
    assert set(checked.values()) == {NOW}
