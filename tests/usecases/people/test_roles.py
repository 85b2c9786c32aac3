"""Roles change while people work: what they may do changes with them, and it is on
record.
"""

import pytest

from bot.errors import Refused
from bot.usecases.listening import progress, view
from bot.usecases.listening.grant import grant
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import roles
from bot.usecases.people.sessions import session_of, start_session
from storage.records import Action, Membership, Origin, Outcome, Role, Task
from tests.product import ADA, AMIR, LENA, RAVI, ROSA, Product

REVIEWERS, AUDITORS = "S0REVIEWER", "S0AUDITORS"


def changes(product: Product) -> list[tuple[str, str, str | None, int]]:
    """Whose role, which, on which desk, and whether it is held now."""
    return [
        (e.subject.user_id, e.role, e.desk, e.numbers["held"])
        for e in product.events()
        if e.action is Action.ROLE_CHANGED and e.subject and e.role
    ]


def test_who_leaves_the_group_loses_role_session_and_player(product: Product) -> None:
    request = product.open()
    token = start_session(
        product.services, product.act(RAVI, origin=Origin.PAGE), browser="b"
    ).token
    ravi = product.act(RAVI)
    assert (
        progress.live(product.services, ravi, RequestSnippet(request.key)).refusal
        is None
    )
    roles.change_group(product.services, product.worker(), REVIEWERS, left=[RAVI])
    refusal = progress.live(product.services, ravi, RequestSnippet(request.key)).refusal
    assert refusal is not None
    assert refusal.rule == "no_role"
    assert session_of(product.services, token, product.now) is None
    assert changes(product) == [(RAVI, Role.REVIEWER, "english-us", 0)]
    ended = product.last_event()
    assert (ended.action, ended.subject) == (Action.SESSION_ENDED, ravi.person)
    assert dict(ended.numbers) == {"sessions": 1}


@pytest.mark.parametrize(
    "what", [m for m in Membership if m is not Membership.MEMBER], ids=lambda m: str(m)
)
def test_who_is_no_full_member_hears_nothing_and_leaves_a_denial(
    product: Product, what: Membership
) -> None:
    request = product.open()
    roles.set_membership(product.services, product.worker(), RAVI, what)
    with pytest.raises(Refused):
        grant(
            product.services, product.act(RAVI), RequestSnippet(request.key), "a" * 32
        )
    denied = product.last_event()
    assert (denied.action, denied.outcome) == (Action.SNIPPET_HEARD, Outcome.DENIED)
    lost = {(desk, held) for user, _, desk, held in changes(product) if user == RAVI}
    desks = ("english-us", "deutsch", "arabic", "children-us")
    assert lost == {(desk, 0) for desk in desks}


def test_somebody_slack_was_never_asked_about_holds_no_role(product: Product) -> None:
    roles.set_group(
        product.services, product.worker(), REVIEWERS, [ROSA, RAVI, "U0NEWCOMER"]
    )
    request = product.open()
    with pytest.raises(Refused):
        grant(
            product.services,
            product.act("U0NEWCOMER"),
            RequestSnippet(request.key),
            "a" * 32,
        )
    roles.set_membership(
        product.services, product.worker(), "U0NEWCOMER", Membership.MEMBER
    )
    assert grant(
        product.services,
        product.act("U0NEWCOMER"),
        RequestSnippet(request.key),
        "b" * 32,
    )
    assert ("U0NEWCOMER", Role.REVIEWER, "english-us", 1) in changes(product)


def test_a_reviewer_made_auditor_hears_no_more_and_the_administrator_is_told(
    product: Product,
) -> None:
    request = product.open()
    roles.set_group(product.services, product.worker(), AUDITORS, [AMIR, RAVI])
    with pytest.raises(Refused):
        grant(
            product.services, product.act(RAVI), RequestSnippet(request.key), "a" * 32
        )
    assert (RAVI, Role.AUDITOR, None, 1) in changes(product)
    assert (RAVI, Role.REVIEWER, "english-us", 0) in changes(product)
    assert product.waiting().count(Task.NOTIFY_ROLE_CONFLICT) == 1
    roles.set_group(product.services, product.worker(), AUDITORS, [AMIR, RAVI])
    assert product.waiting().count(Task.NOTIFY_ROLE_CONFLICT) == 1


def test_nobody_takes_an_auditor_out_of_office_by_adding_them_to_a_desk(
    product: Product,
) -> None:
    roles.set_group(product.services, product.worker(), REVIEWERS, [ROSA, RAVI, AMIR])
    assert changes(product) == [("U0REVIEW3", Role.REVIEWER, "english-us", 0)]
    with product.services.store.read() as tx:
        assert product.services.desks.company_roles(tx.people.member_by_id(AMIR)) == {
            Role.AUDITOR
        }


def test_a_refresh_that_brings_no_news_is_not_on_record(product: Product) -> None:
    before = len(product.events())
    roles.set_group(
        product.services, product.worker(), REVIEWERS, ["U0REVIEW1", RAVI, "U0REVIEW3"]
    )
    roles.set_membership(product.services, product.worker(), RAVI, Membership.MEMBER)
    assert len(product.events()) == before


def test_when_the_app_is_removed_everybody_is_signed_out_and_holds_no_role(
    product: Product,
) -> None:
    token = start_session(
        product.services, product.act(LENA, origin=Origin.PAGE), browser="b"
    ).token
    request = product.open()
    roles.remove_app(product.services, product.worker())
    assert session_of(product.services, token, product.now) is None
    with pytest.raises(Refused):
        view.view(product.services, product.act(RAVI), request.key)
    removed = next(e for e in product.events() if e.action is Action.APP_REMOVED)
    assert dict(removed.numbers) == {"sessions": 1}
    with product.services.store.read() as tx:
        assert (
            product.services.desks.company_roles(tx.people.member_by_id(ADA))
            == frozenset()
        )
