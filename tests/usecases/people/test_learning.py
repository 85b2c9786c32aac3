"""A person about whom Slack has not answered yet is not sent to a lead."""

import pytest

from bot.errors import Refused, Unavailable
from bot.rules.desks import Holders
from bot.usecases.people import roles
from bot.usecases.people.home import read_home
from bot.usecases.people.learning import explain
from storage.records import Membership
from tests.product import RAVI, STRANGER, TEAM, Product

NO_ROLE = Refused("Ask your lead.", rule="no_role")


@pytest.fixture
def unread(product: Product) -> Product:
    """One group of desks.toml was never read."""
    desk = next(iter(product.services.desks.desks.values()))
    holders = dict(desk.holders)
    role = next(iter(holders))
    holders[role] = Holders(groups=frozenset({"S0UNREAD01"}))
    object.__setattr__(desk, "holders", holders)
    return product


def test_an_unknown_account_is_still_being_learned(product: Product) -> None:
    act = product.act("U0UNKNOWN1")
    told = explain(product.services, act, NO_ROLE)
    assert isinstance(told, Unavailable)
    assert "still learning" in str(told)
    assert read_home(product.services, act).is_learning


def test_a_group_that_was_never_read_may_hold_anybody(unread: Product) -> None:
    act = unread.act(STRANGER)
    roles.set_membership(
        unread.services,
        unread.worker(),
        STRANGER,
        Membership.MEMBER,
    )
    assert "still learning" in str(explain(unread.services, act, NO_ROLE))
    roles.set_group(unread.services, unread.worker(), "S0UNREAD01", [RAVI])
    assert explain(unread.services, act, NO_ROLE) is NO_ROLE


def test_people_who_can_hold_no_role_are_told_so(product: Product) -> None:
    roles.set_membership(
        product.services,
        product.worker(),
        STRANGER,
        Membership.GUEST,
    )
    for act in (product.act(STRANGER), product.act("U9", team="T9")):
        assert act.actor.team_id in (TEAM, "T9")
        assert explain(product.services, act, NO_ROLE) is NO_ROLE
    other = Refused("Closed.", rule="closed")
    assert explain(product.services, product.act("U0UNKNOWN1"), other) is other
