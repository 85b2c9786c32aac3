"""The gravest acts need a fresh sign-in and a reason; without them they are refused, on
record.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import Refused
from bot.rules.people.step_up import FRESH_FOR, step_up
from bot.usecases.context import Act
from bot.usecases.erasure import holds
from bot.usecases.people.step_up import keep_reason, read_kept_reason, step_up_refusal
from storage.records import Action, Login, Origin, Outcome, Person
from tests.product import SOFIA, TEAM, Product

SECOND = timedelta(seconds=1)


def test_five_minutes_are_fresh_and_not_a_second_more(product: Product) -> None:
    def refuses(signed_in_at: datetime | None) -> bool:
        refusal = step_up(
            signed_in_at, Login.NEW, product.now, is_new_login_required=True
        )
        return refusal is not None

    assert not refuses(product.now - FRESH_FOR)
    assert refuses(product.now - FRESH_FOR - SECOND)
    assert refuses(None)


@pytest.mark.parametrize("origin", [Origin.SLACK, Origin.PAGE])
def test_without_a_fresh_sign_in_the_act_is_refused_and_on_record(
    product: Product, origin: Origin
) -> None:
    with pytest.raises(Refused) as refused:
        holds.place_hold(
            product.services,
            product.act(SOFIA, origin=origin),
            "c",
            days=30,
            reason="case",
        )
    assert refused.value.rule == "step_up"
    denied = product.last_event()
    assert (denied.action, denied.outcome) == (Action.HOLD_PLACED, Outcome.DENIED)
    assert denied.rule == "step_up"


def test_a_shell_needs_a_reason_only(product: Product) -> None:
    act = Act(person=None, origin=Origin.CLI, now=product.now)
    assert step_up_refusal(product.services, act) is None


def test_what_was_typed_is_kept_for_its_page_and_its_person(product: Product) -> None:
    act = product.fresh(SOFIA)
    keep_reason(product.services, act, "/case/x", "police asked")
    assert read_kept_reason(product.services, act.actor, "/case/x") == "police asked"
    assert read_kept_reason(product.services, act.actor, "/case/y") == ""
    other = replace(act, person=Person(team_id=TEAM, user_id="U0SAFETY2"))
    assert read_kept_reason(product.services, other.actor, "/case/x") == ""
