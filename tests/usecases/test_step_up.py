"""The gravest acts need a fresh sign-in and a reason; without them they are refused, on record."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Refused
from bot.rules.step_up import FRESH_FOR, step_up
from bot.usecases import hold
from bot.usecases.services import Act
from bot.usecases.step_up import keep_reason, kept_reason, lacks_step_up
from storage.records import Action, Origin, Outcome, Person
from tests.house import SOFIA, TEAM, House

SECOND = timedelta(seconds=1)


def test_five_minutes_are_fresh_and_not_a_second_more(house: House) -> None:
    assert step_up(house.now - FRESH_FOR, house.now) is None
    assert step_up(house.now - FRESH_FOR - SECOND, house.now) is not None
    assert step_up(None, house.now) is not None


@pytest.mark.parametrize("origin", [Origin.SLACK, Origin.PAGE])
def test_without_a_fresh_sign_in_the_act_is_refused_and_on_record(
    house: House, origin: Origin
) -> None:
    with pytest.raises(Refused) as refused:
        hold.place(house.services, house.act(SOFIA, origin=origin), "c", days=30, reason="case")
    assert refused.value.rule == "step_up"
    denied = house.last_event()
    assert (denied.action, denied.outcome) == (Action.HOLD_PLACED, Outcome.DENIED)
    assert denied.rule == "step_up"


def test_a_shell_needs_a_reason_only(house: House) -> None:
    act = Act(person=None, origin=Origin.CLI, now=house.now)
    assert lacks_step_up(act) is None


def test_what_was_typed_is_kept_for_its_page_and_its_person(house: House) -> None:
    act = house.fresh(SOFIA)
    keep_reason(house.services, act, "/case/x", "police asked")
    assert kept_reason(house.services, act.actor, "/case/x") == "police asked"
    assert kept_reason(house.services, act.actor, "/case/y") == ""
    other = replace(act, person=Person(team_id=TEAM, user_id="U0SAFETY2"))
    assert kept_reason(house.services, other.actor, "/case/x") == ""
