"""What Slack's user object makes of a person, and whom to ask about."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.rules.people.membership import (
    account_of,
    account_without_answer,
    membership,
)
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


def test_an_account_holds_what_roles_and_channels_need() -> None:
    account = account_of({**ANA, **GRID}, "T1", "E1")
    assert account.membership is Membership.MEMBER
    assert account.enterprise_id == "E1"
    guest = account_of({**ANA, "is_restricted": True}, "T1", None)
    assert (guest.membership, guest.is_guest) == (Membership.GUEST, True)


def test_a_person_that_slack_does_not_show_is_an_outsider() -> None:
    account = account_without_answer("U9")
    assert account.membership is Membership.OUTSIDER
    assert account.is_stranger
