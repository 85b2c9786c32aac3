"""Roles change while people work: what they may do changes with them, and it is on record."""

import pytest

from bot.errors import Refused
from bot.usecases import listen, roles
from bot.usecases.sessions import session_of, start_session
from storage.records import Action, Membership, Origin, Outcome, Role, Task
from tests.house import ADA, AMIR, LENA, RAVI, ROSA, House

REVIEWERS, AUDITORS = "S0REVIEWER", "S0AUDITORS"


def changes(house: House) -> list[tuple[str, str, str | None, int]]:
    """Whose role, which, on which desk, and whether it is held now."""
    return [
        (e.subject.user_id, e.role, e.desk, e.numbers["held"])
        for e in house.events()
        if e.action is Action.ROLE_CHANGED and e.subject and e.role
    ]


def test_who_leaves_the_group_loses_role_session_and_player(house: House) -> None:
    request = house.open()
    token = start_session(house.services, house.act(RAVI, origin=Origin.PAGE), browser="b").token
    ravi = house.act(RAVI)
    assert listen.live(house.services, ravi, request.key).refusal is None
    roles.leave_group(house.services, house.worker(), REVIEWERS, [RAVI])
    refusal = listen.live(house.services, ravi, request.key).refusal
    assert refusal is not None
    assert refusal.rule == "no_role"
    assert session_of(house.services, token, house.now) is None
    assert changes(house) == [(RAVI, Role.REVIEWER, "english-us", 0)]
    ended = house.last_event()
    assert (ended.action, ended.subject) == (Action.SESSION_ENDED, ravi.person)
    assert dict(ended.numbers) == {"sessions": 1}


@pytest.mark.parametrize(
    "what", [m for m in Membership if m is not Membership.MEMBER], ids=lambda m: str(m)
)
def test_who_is_no_full_member_hears_nothing_and_leaves_a_denial(
    house: House, what: Membership
) -> None:
    request = house.open()
    roles.set_membership(house.services, house.worker(), RAVI, what)
    with pytest.raises(Refused):
        listen.listen(house.services, house.act(RAVI), request.key, "a" * 32)
    denied = house.last_event()
    assert (denied.action, denied.outcome) == (Action.SNIPPET_HEARD, Outcome.DENIED)
    lost = {(desk, held) for user, _, desk, held in changes(house) if user == RAVI}
    desks = ("english-us", "deutsch", "arabic", "children-us")
    assert lost == {(desk, 0) for desk in desks}


def test_somebody_slack_was_never_asked_about_holds_no_role(house: House) -> None:
    roles.set_group(house.services, house.worker(), REVIEWERS, [ROSA, RAVI, "U0NEWCOMER"])
    request = house.open()
    with pytest.raises(Refused):
        listen.listen(house.services, house.act("U0NEWCOMER"), request.key, "a" * 32)
    roles.set_membership(house.services, house.worker(), "U0NEWCOMER", Membership.MEMBER)
    assert listen.listen(house.services, house.act("U0NEWCOMER"), request.key, "b" * 32)
    assert ("U0NEWCOMER", Role.REVIEWER, "english-us", 1) in changes(house)


def test_a_reviewer_made_auditor_hears_no_more_and_the_administrator_is_told(house: House) -> None:
    request = house.open()
    roles.set_group(house.services, house.worker(), AUDITORS, [AMIR, RAVI])
    with pytest.raises(Refused):
        listen.listen(house.services, house.act(RAVI), request.key, "a" * 32)
    assert (RAVI, Role.AUDITOR, None, 1) in changes(house)
    assert (RAVI, Role.REVIEWER, "english-us", 0) in changes(house)
    assert house.waiting().count(Task.TELL_TORN) == 1
    roles.set_group(house.services, house.worker(), AUDITORS, [AMIR, RAVI])
    assert house.waiting().count(Task.TELL_TORN) == 1


def test_nobody_takes_an_auditor_out_of_office_by_adding_them_to_a_desk(house: House) -> None:
    roles.set_group(house.services, house.worker(), REVIEWERS, [ROSA, RAVI, AMIR])
    assert changes(house) == [("U0REVIEW3", Role.REVIEWER, "english-us", 0)]
    with house.services.store.read() as tx:
        assert house.services.desks.house_roles(tx.member(AMIR)) == {Role.AUDITOR}


def test_a_refresh_that_brings_no_news_is_not_on_record(house: House) -> None:
    before = len(house.events())
    roles.set_group(house.services, house.worker(), REVIEWERS, ["U0REVIEW1", RAVI, "U0REVIEW3"])
    roles.set_membership(house.services, house.worker(), RAVI, Membership.MEMBER)
    assert len(house.events()) == before


def test_when_the_app_is_removed_everybody_is_signed_out_and_holds_no_role(house: House) -> None:
    token = start_session(house.services, house.act(LENA, origin=Origin.PAGE), browser="b").token
    request = house.open()
    roles.close_down(house.services, house.worker())
    assert session_of(house.services, token, house.now) is None
    with pytest.raises(Refused):
        listen.view(house.services, house.act(RAVI), request.key)
    removed = next(e for e in house.events() if e.action is Action.APP_REMOVED)
    assert dict(removed.numbers) == {"sessions": 1}
    with house.services.store.read() as tx:
        assert house.services.desks.house_roles(tx.member(ADA)) == frozenset()
