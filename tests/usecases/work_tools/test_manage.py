"""Work tools are made and revoked by administrators, and every act is on record."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.usecases.context import act_without_person
from bot.usecases.work_tools.manage import Order, list_tools, make, revoke
from storage.records import Origin, Outcome
from tests.product import LENA, ROSA, Product

ON_BOTH_DATABASES = True
ADMIN = "U0ADMIN01"
ORDER = Order(name="transcriber", desks=["english-us"], days=30, reason="a trial")


def test_an_administrator_makes_a_tool_and_the_token_is_nowhere(
    product: Product,
) -> None:
    made = make(product.services, product.fresh(ADMIN), ORDER)
    assert made.token.startswith("hclip_")
    assert made.tool.expires_at == product.now + timedelta(days=30)
    event = product.last_event()
    assert (event.action, event.tool, event.actor) == (
        "tool.made",
        "transcriber",
        product.act(ADMIN).actor,
    )
    with product.services.store.read() as tx:
        detail = json.loads(tx.log.detail(len(product.events())) or "{}")
    assert (detail["reason"], detail["desks"]) == ("a trial", "english-us")


@pytest.mark.parametrize("user", [ROSA, LENA])
def test_only_administrators_make_see_and_revoke_tools(
    product: Product, user: str
) -> None:
    act = product.fresh(user)
    with pytest.raises(Refused):
        make(product.services, act, ORDER)
    with pytest.raises(Refused):
        list_tools(product.services, act)
    with pytest.raises(Refused):
        revoke(product.services, act, "transcriber", "why not")
    denied = [each.action for each in product.events()]
    assert denied == ["tool.made", "tools.viewed", "tool.revoked"]
    assert {each.outcome for each in product.events()} == {Outcome.DENIED}


def test_making_a_tool_needs_a_fresh_sign_in_and_revoking_does_not(
    product: Product,
) -> None:
    stale = product.act(ADMIN, origin=Origin.PAGE)
    with pytest.raises(Refused) as error:
        make(product.services, stale, ORDER)
    assert error.value.rule == "step_up"
    make(product.services, product.fresh(ADMIN), ORDER)
    revoked = revoke(product.services, stale, "transcriber", "it leaked")
    assert revoked.revoked_at == product.now


def test_an_operator_at_a_shell_needs_a_reason_only(product: Product) -> None:
    act = act_without_person(Origin.CLI, product.now)
    make(product.services, act, ORDER)
    assert [tool.name for tool in list_tools(product.services, act)] == ["transcriber"]
    with pytest.raises(Invalid):
        make(product.services, act, replace(ORDER, name="other", reason=" "))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Transcriber"}, "name"),
        ({"name": "a"}, "name"),
        ({"name": "x" * 33}, "name"),
        ({"name": "tool\nfake: line"}, "name"),
        ({"desks": []}, "desks"),
        ({"desks": ["english-us", "nowhere"]}, "desks"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
        ({"calls_per_minute": 0}, "calls"),
        ({"calls_per_minute": 6_001}, "calls"),
        ({"reason": ""}, "reason"),
    ],
)
def test_an_order_with_a_mistake_makes_nothing(
    product: Product, change: dict[str, object], field: str
) -> None:
    order = replace(ORDER, **change)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as error:
        make(product.services, product.fresh(ADMIN), order)
    assert error.value.field == field
    assert product.events() == []


def test_a_name_is_free_again_once_its_tool_was_revoked(product: Product) -> None:
    act = product.fresh(ADMIN)
    first = make(product.services, act, ORDER)
    with pytest.raises(Conflict):
        make(product.services, act, ORDER)
    revoke(product.services, act, "transcriber", "a new token")
    product.pass_time(seconds=1)
    second = make(product.services, product.fresh(ADMIN), ORDER)
    assert second.token != first.token
    tools = list_tools(product.services, product.act(ADMIN))
    assert [tool.revoked_at is None for tool in tools] == [False, True]


def test_a_tool_that_is_not_there_cannot_be_revoked(product: Product) -> None:
    with pytest.raises(NotFound):
        revoke(product.services, product.act(ADMIN), "transcriber", "gone")
