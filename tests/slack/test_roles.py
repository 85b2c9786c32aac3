"""Slack tells that somebody left, was made a guest or deactivated: it counts at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.slack import roles
from bot.slack.calls import Call, Handler
from bot.slack.roles import refresh_roles
from bot.usecases.services import Act, member_of
from bot.usecases.sessions import session_of, start_session
from bot.wiring import utc_now
from storage.records import Member, Membership, Origin, Person, Role
from tests.house import AMIR, LENA, TEAM
from tests.slack.office import Office

REVIEWERS, JONAS, RAVI = "S0REVIEWER", "U0REVIEW3", "U0REVIEW2"
EVERYBODY = ["U0REVIEW1", RAVI, JONAS]


@pytest.fixture(autouse=True)
def as_before(office: Office) -> Iterator[None]:
    """The workspace is as it was, whatever a test changed."""
    yield
    office.change(usergroup=REVIEWERS, users=EVERYBODY)
    office.change(usergroup="S0AUDITORS", users=[AMIR])
    office.change(person=JONAS, set={"deleted": False, "is_restricted": False})
    refresh(office)


def refresh(office: Office) -> None:
    refresh_roles(office.program.services, office.client, utc_now)


def member(office: Office, user_id: str) -> Member:
    services = office.program.services
    with services.store.read() as tx:
        return member_of(services, tx, person(user_id))


def person(user_id: str) -> Person:
    return Person(team_id=TEAM, user_id=user_id)


def reviews(office: Office, user_id: str) -> bool:
    desks = office.program.services.desks
    return Role.REVIEWER in desks.roles_on("english-us", member(office, user_id))


def test_leaving_a_group_counts_by_the_event_and_joining_at_the_next_refresh(
    office: Office,
) -> None:
    office.change(usergroup=REVIEWERS, users=["U0REVIEW1", RAVI, LENA])
    office.wait(lambda: not reviews(office, JONAS))
    assert not reviews(office, LENA)
    refresh(office)
    assert reviews(office, LENA)
    assert not reviews(office, JONAS)


def told(office: Office, handler: Handler, **event: Any) -> None:
    """Slack delivers an event the sandbox has no button for."""
    act = Act(person=None, origin=Origin.SLACK, now=utc_now())
    services = office.program.services
    acknowledged: list[bool] = []
    handler(
        Call(
            services=services,
            act=act,
            payload={"event": event},
            client=office.client,
            ack=lambda: acknowledged.append(True),
        )
    )
    assert acknowledged == [True]


def test_a_disabled_group_gives_no_role(office: Office) -> None:
    assert reviews(office, RAVI)
    told(office, roles.on_group_updated, subteam={"id": REVIEWERS, "date_delete": 1_700_000_000})
    assert not reviews(office, RAVI)
    refresh(office)
    assert reviews(office, RAVI)


def test_a_group_that_only_changed_its_name_keeps_its_people(office: Office) -> None:
    told(office, roles.on_group_updated, subteam={"id": REVIEWERS, "date_delete": 0})
    assert reviews(office, RAVI)


def test_a_group_of_no_concern_is_left_alone(office: Office) -> None:
    told(office, roles.on_group_changed, subteam_id="S0OTHER", removed_users=[RAVI])
    assert reviews(office, RAVI)


def test_a_revoked_personal_token_signs_that_person_out(office: Office) -> None:
    services = office.program.services
    ravi, lena = (
        start_session(
            services, Act(person=person(who), origin=Origin.PAGE, now=utc_now()), browser="b"
        ).token
        for who in (RAVI, LENA)
    )
    told(office, roles.on_tokens_revoked, tokens={"oauth": [RAVI]})
    assert session_of(services, ravi, utc_now()) is None
    assert session_of(services, lena, utc_now()) is not None
    assert reviews(office, RAVI)


@pytest.mark.parametrize(
    ("handler", "event"),
    [
        (roles.on_app_removed, {}),
        (roles.on_tokens_revoked, {"tokens": {"oauth": [], "bot": ["U0HELPCLIP"]}}),
    ],
)
def test_without_the_app_nobody_holds_a_role_until_it_is_back(
    office: Office, handler: Handler, event: dict[str, Any]
) -> None:
    told(office, handler, **event)
    assert not reviews(office, RAVI)
    refresh(office)
    assert reviews(office, RAVI)


@pytest.mark.parametrize(
    ("change", "membership"),
    [
        ({"deleted": True}, Membership.DEACTIVATED),
        ({"is_restricted": True}, Membership.GUEST),
    ],
)
def test_a_person_who_changes_loses_every_role_by_the_event(
    office: Office, change: dict[str, bool], membership: Membership
) -> None:
    assert reviews(office, JONAS)
    office.change(person=JONAS, set=change)
    office.wait(lambda: not reviews(office, JONAS))
    with office.program.services.store.read() as tx:
        assert tx.membership(JONAS) is membership
    office.change(person=JONAS, set=dict.fromkeys(change, False))

    def is_forgotten() -> bool:
        with office.program.services.store.read() as tx:
            return tx.membership(JONAS) is None

    office.wait(is_forgotten)
    assert not reviews(office, JONAS)
    refresh(office)
    assert reviews(office, JONAS)


def test_an_event_that_got_lost_is_made_good_by_the_refresh(office: Office) -> None:
    office.post("faults", delivery="events_api", action="drop", times=4)
    office.change(person=JONAS, set={"deleted": True})
    with office.program.services.store.begin() as tx:
        tx.set_membership(JONAS, Membership.MEMBER, utc_now().replace(year=2020))
    refresh(office)
    assert not reviews(office, JONAS)


def test_an_administrator_is_told_of_an_auditor_who_is_named_by_a_desk(office: Office) -> None:
    office.change(usergroup="S0AUDITORS", users=[AMIR, RAVI])
    refresh(office)
    assert not reviews(office, RAVI)
    channel = office.post("dm", "U0ADMIN01", user="U0HELPCLIP")["channel"]

    def dm() -> list[str]:
        found = office.messages("U0ADMIN01", channel)
        return [m["text"] for m in found if "auditor" in m["text"]]

    (text,) = office.wait(dm)
    assert RAVI not in text


def test_a_first_start_with_many_people_reads_them_by_the_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "MANY", 1)
    monkeypatch.setattr(roles, "PAGE", 3)
    with office.program.services.store.begin() as tx:
        tx.forget_members()
    n_lists, n_infos = len(office.calls("users.list")), len(office.calls("users.info"))
    refresh(office)
    assert all(reviews(office, user_id) for user_id in EVERYBODY)
    assert len(office.calls("users.list")) - n_lists > 1
    assert len(office.calls("users.info")) == n_infos
