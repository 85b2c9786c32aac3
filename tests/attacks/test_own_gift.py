"""An administrator who edits desks.toml, and would confirm what it gives them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.errors import Refused
from bot.rules.desks import Desks, Holders
from bot.usecases.context import Act
from bot.usecases.people import role_mapping
from bot.usecases.people.roles import set_group
from storage.records import Origin, Role
from tests.product import ADA, RAVI, ROSA, Product, introduce
from tests.usecases.people.test_role_mapping import (
    NEWCOMER,
    WHY,
    mapped,
    may_ask,
    restart,
    reviewers,
)

EVE = "U0ADMIN02"


def administrators(*users: str) -> Callable[[Desks], Desks]:
    who = Holders(users=frozenset(users))
    return lambda desks: replace(
        desks, holders={**desks.holders, Role.ADMINISTRATOR: who}
    )


def confirm_as(product: Product, user_id: str) -> None:
    role_mapping.confirm(
        product.services, product.fresh(user_id), seen=None, reason=WHY
    )


@pytest.fixture
def started(product: Product) -> Product:
    restart(product, reviewers(ROSA, RAVI))
    return product


@pytest.fixture
def two_administrators(started: Product) -> Product:
    with started.services.store.begin() as tx:
        introduce(tx, [EVE], started.now)
    restart(started, administrators(ADA, EVE))
    confirm_as(started, ADA)
    return started


def test_an_administrator_does_not_confirm_a_gift_to_themselves(
    two_administrators: Product,
) -> None:
    product = two_administrators
    restart(product, reviewers(ROSA, RAVI, ADA))
    waiting = role_mapping.view_waiting(product.services, product.fresh(ADA))
    assert waiting is not None
    assert waiting.refusal is not None
    with pytest.raises(Refused, match="another administrator"):
        confirm_as(product, ADA)
    assert mapped(product)[-1].rule == "own_gift"
    assert not may_ask(product, ADA)
    confirm_as(product, EVE)
    assert may_ask(product, ADA)


def test_a_gift_by_a_group_is_a_gift(two_administrators: Product) -> None:
    product = two_administrators
    act = product.act(ADA)
    set_group(product.services, act, "S0FRIENDS", [ADA])

    def change(desks: Desks) -> Desks:
        who = Holders(groups=frozenset({"S0FRIENDS"}))
        return replace(desks, holders={**desks.holders, Role.SAFETY_OFFICER: who})

    restart(product, change)
    with pytest.raises(Refused, match="another administrator"):
        confirm_as(product, ADA)
    confirm_as(product, EVE)


def test_leaving_the_vendors_is_a_gift(two_administrators: Product) -> None:
    product = two_administrators
    restart(
        product, lambda desks: replace(desks, vendors=Holders(users=frozenset({ADA})))
    )
    restart(product, lambda desks: replace(desks, vendors=Holders()))
    with pytest.raises(Refused, match="another administrator"):
        confirm_as(product, ADA)
    confirm_as(product, EVE)


def test_the_only_administrator_is_sent_to_the_shell(started: Product) -> None:
    restart(started, reviewers(ROSA, RAVI, ADA))
    with pytest.raises(Refused, match="help-clip roles confirm"):
        confirm_as(started, ADA)
    assert not may_ask(started, ADA)
    shell = Act(person=None, origin=Origin.CLI, now=started.now)
    role_mapping.confirm(started.services, shell, seen=None, reason=WHY)
    assert may_ask(started, ADA)


def test_taking_from_oneself_needs_no_other_person(two_administrators: Product) -> None:
    product = two_administrators
    restart(product, reviewers(ROSA, RAVI, ADA))
    confirm_as(product, EVE)
    restart(product, reviewers(ROSA, RAVI, NEWCOMER))
    assert not may_ask(product, ADA)
    confirm_as(product, ADA)
    assert may_ask(product, NEWCOMER)
