"""Slack tells that somebody left, was made a guest or deactivated: it counts at
once.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.rules.slack_calls.readings import PEOPLE_LIST
from bot.slack.delivery import Handler
from bot.slack.handlers import roles
from bot.slack.reading import people
from bot.slack.reading.groups import GroupReading
from bot.slack.reading.people import PageReading, SingleReading
from bot.usecases.context import Act
from bot.usecases.lookup import member_of
from bot.usecases.people.sessions import session_of, start_session
from bot.wiring import utc_now
from storage.records import Member, Membership, Origin, Person, Role
from tests.product import AMIR, LENA, TEAM
from tests.slack.workspace import Workspace

REVIEWERS, JONAS, RAVI = "S0REVIEWER", "U0REVIEW3", "U0REVIEW2"
EVERYBODY = ["U0REVIEW1", RAVI, JONAS]


@pytest.fixture(autouse=True)
def as_before(workspace: Workspace) -> Iterator[None]:
    """The workspace is as it was, whatever a test changed."""
    yield
    workspace.change(usergroup=REVIEWERS, users=EVERYBODY)
    workspace.change(usergroup="S0AUDITORS", users=[AMIR])
    workspace.change(person=JONAS, set={"deleted": False, "is_restricted": False})
    refresh(workspace)


def refresh(workspace: Workspace) -> None:
    """Read Slack anew, as a replica does that takes over."""
    services = workspace.program.services
    with services.store.begin() as tx:
        tx.readings.forget(PEOPLE_LIST)
    for kind in (GroupReading, PageReading, SingleReading):
        kind(services, workspace.client, utc_now).read_due()


def member(workspace: Workspace, user_id: str) -> Member:
    services = workspace.program.services
    with services.store.read() as tx:
        return member_of(services, tx, person(user_id))


def person(user_id: str) -> Person:
    return Person(team_id=TEAM, user_id=user_id)


def reviews(workspace: Workspace, user_id: str) -> bool:
    desks = workspace.program.services.desks
    return Role.REVIEWER in desks.roles_on("english-us", member(workspace, user_id))


def test_joining_and_leaving_a_group_count_by_the_event(workspace: Workspace) -> None:
    workspace.change(usergroup=REVIEWERS, users=["U0REVIEW1", RAVI, LENA])
    workspace.wait(lambda: not reviews(workspace, JONAS), seconds=3)
    workspace.wait(lambda: reviews(workspace, LENA), seconds=3)


def test_a_disabled_group_gives_no_role(workspace: Workspace) -> None:
    assert reviews(workspace, RAVI)
    workspace.deliver(
        roles.empty_disabled_group,
        subteam={"id": REVIEWERS, "date_delete": 1_700_000_000},
    )
    assert not reviews(workspace, RAVI)
    refresh(workspace)
    assert reviews(workspace, RAVI)


def test_a_group_that_only_changed_its_name_keeps_its_people(
    workspace: Workspace,
) -> None:
    workspace.deliver(
        roles.empty_disabled_group,
        subteam={"id": REVIEWERS, "date_delete": 0},
    )
    assert reviews(workspace, RAVI)


def test_a_group_of_no_concern_is_left_alone(workspace: Workspace) -> None:
    workspace.deliver(roles.change_group, subteam_id="S0OTHER", removed_users=[RAVI])
    assert reviews(workspace, RAVI)


def test_a_revoked_personal_token_signs_that_person_out(workspace: Workspace) -> None:
    services = workspace.program.services
    ravi, lena = (
        start_session(
            services,
            Act(person=person(who), origin=Origin.PAGE, now=utc_now()),
            browser="b",
        ).token
        for who in (RAVI, LENA)
    )
    workspace.deliver(roles.handle_revoked_tokens, tokens={"oauth": [RAVI]})
    assert session_of(services, ravi, utc_now()) is None
    assert session_of(services, lena, utc_now()) is not None
    assert reviews(workspace, RAVI)


@pytest.mark.parametrize(
    ("handler", "event"),
    [
        (roles.close_down, {}),
        (roles.handle_revoked_tokens, {"tokens": {"oauth": [], "bot": ["U0HELPCLIP"]}}),
    ],
)
def test_without_the_app_nobody_holds_a_role_until_it_is_back(
    workspace: Workspace, handler: Handler, event: dict[str, Any]
) -> None:
    workspace.deliver(handler, **event)
    assert not reviews(workspace, RAVI)
    refresh(workspace)
    assert reviews(workspace, RAVI)


@pytest.mark.parametrize(
    ("change", "membership"),
    [
        ({"deleted": True}, Membership.DEACTIVATED),
        ({"is_restricted": True}, Membership.GUEST),
    ],
)
def test_a_person_who_changes_loses_every_role_by_the_event(
    workspace: Workspace, change: dict[str, bool], membership: Membership
) -> None:
    assert reviews(workspace, JONAS)
    workspace.change(person=JONAS, set=change)
    workspace.wait(lambda: not reviews(workspace, JONAS))
    with workspace.program.services.store.read() as tx:
        assert tx.people.membership_of(JONAS) is membership
    workspace.change(person=JONAS, set=dict.fromkeys(change, False))

    def is_forgotten() -> bool:
        with workspace.program.services.store.read() as tx:
            return tx.people.membership_of(JONAS) is None

    workspace.wait(is_forgotten)
    assert not reviews(workspace, JONAS)
    refresh(workspace)
    assert reviews(workspace, JONAS)


def test_an_event_that_got_lost_is_made_good_by_the_refresh(
    workspace: Workspace,
) -> None:
    workspace.post("faults", delivery="events_api", action="drop", times=4)
    workspace.change(person=JONAS, set={"deleted": True})
    with workspace.program.services.store.begin() as tx:
        tx.people.set_membership(JONAS, Membership.MEMBER, utc_now().replace(year=2020))
    refresh(workspace)
    assert not reviews(workspace, JONAS)


def test_an_administrator_is_told_of_an_auditor_who_is_named_by_a_desk(
    workspace: Workspace,
) -> None:
    workspace.change(usergroup="S0AUDITORS", users=[AMIR, RAVI])
    refresh(workspace)
    assert not reviews(workspace, RAVI)
    channel = workspace.post("dm", "U0ADMIN01", user="U0HELPCLIP")["channel"]

    def dm() -> list[str]:
        found = workspace.messages("U0ADMIN01", channel)
        return [m["text"] for m in found if "auditor" in m["text"]]

    (text,) = workspace.wait(dm)
    assert RAVI not in text


def test_a_first_start_with_many_people_reads_them_by_the_page(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MANY", 1)
    monkeypatch.setattr(people, "PEOPLE_A_PAGE", 3)
    with workspace.program.services.store.begin() as tx:
        tx.people.forget_all()
    n_lists = len(workspace.calls("users.list"))
    n_infos = len(workspace.calls("users.info"))
    refresh(workspace)
    assert all(reviews(workspace, user_id) for user_id in EVERYBODY)
    assert len(workspace.calls("users.list")) - n_lists > 1
    assert len(workspace.calls("users.info")) == n_infos
