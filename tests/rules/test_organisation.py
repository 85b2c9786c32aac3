"""Which people are colleagues, and which installations are ours."""

import pytest

from bot.rules.organisation import Organisation

GRID = Organisation(team_ids=frozenset({"T1", "T2"}), enterprise_id="E1")
ALONE = Organisation(team_ids=frozenset({"T1"}))


@pytest.mark.parametrize(
    ("team_id", "enterprise_id", "expected"),
    [
        ("T1", None, True),
        ("T3", "E1", True),
        ("E1", None, True),
        ("T3", None, False),
        ("T3", "E2", False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_colleagues_are_of_a_workspace_served_or_of_the_organisation(
    team_id: str | None, enterprise_id: str | None, expected: bool
) -> None:
    assert GRID.includes(team_id, enterprise_id) is expected


def test_without_an_organisation_only_the_workspace_counts() -> None:
    assert ALONE.includes("T1", None)
    assert not ALONE.includes("T2", None)
    assert not ALONE.includes("T2", "")


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ({"team_id": "T2", "enterprise_id": "E1"}, True),
        # The organisation's own workspace, without a token in the settings.
        ({"team_id": "T3", "enterprise_id": "E1"}, False),
        ({"enterprise_id": "E1", "is_enterprise_install": True}, True),
        ({"enterprise_id": "E2", "is_enterprise_install": True}, False),
        ({}, False),
    ],
)
def test_an_event_is_ours_by_its_installation(
    authorization: dict[str, object], expected: bool
) -> None:
    assert GRID.is_authorized(authorization) is expected


def test_no_organisation_is_authorized_where_there_is_none() -> None:
    whole = {"enterprise_id": "E1", "is_enterprise_install": True}
    assert not ALONE.is_authorized(whole)
