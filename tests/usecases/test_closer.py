"""Hearing a span less disguised: asked for, agreed to by another, played once, all on record."""

import secrets
from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.rules.desks import Holders
from bot.usecases import closer, quarantine
from storage.records import Action, CloserListen, Outcome, Request, Role, Task
from tests.house import ADA, AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, House


@pytest.fixture
def request_(house: House) -> Request:
    """Rosa's, on a desk where Ravi and Jonas may ask to hear less disguised."""
    desks = house.services.desks
    desk = desks["english-us"]
    holders = {**desk.holders, Role.LESS_MASKED: Holders(users=frozenset({RAVI, JONAS, ROSA}))}
    changed = {**desks.desks, desk.id: replace(desk, holders=holders)}
    house.services = replace(house.services, desks=replace(desks, desks=changed))
    return house.open()


def ask(house: House, request: Request, who: str = RAVI) -> CloserListen:
    return closer.ask(house.services, house.fresh(who), request.key, reason="too muffled")


def decide(house: House, asked: CloserListen, who: str = LENA, *, approve: bool = True) -> None:
    closer.decide(house.services, house.fresh(who), asked.key, reason="yes", approve=approve)


def hear(house: House, asked: CloserListen, who: str = RAVI) -> bytes:
    press = secrets.token_hex(16)
    return closer.hear(house.services, house.fresh(who), asked.key, press).wav


def refused(house: House, asked: CloserListen, who: str = RAVI) -> str:
    """The rule that keeps this person from hearing it; the denial is on record."""
    with pytest.raises(Refused) as error:
        hear(house, asked, who)
    denied = house.last_event()
    assert (denied.action, denied.outcome) == (Action.SNIPPET_HEARD_CLOSER, Outcome.DENIED)
    assert denied.rule == error.value.rule
    return error.value.rule


def test_asked_agreed_and_played_once(house: House, request_: Request) -> None:
    asked = ask(house, request_)
    assert house.waiting().count(Task.TELL_CLOSER) == 2  # Lena and Jonas; Rosa asked the question
    assert refused(house, asked) == "not_approved"
    decide(house, asked)
    usual = house.hear(RAVI, request_)
    assert hear(house, asked) != usual
    assert refused(house, asked) == "closer_used"
    actions = [e.action for e in house.events(request_)]
    for action in (Action.CLOSER_ASKED, Action.CLOSER_APPROVED, Action.SNIPPET_HEARD_CLOSER):
        assert action in actions


def test_the_reasons_are_beside_the_log_and_only_their_digest_is_in_it(
    house: House, request_: Request
) -> None:
    ask(house, request_)
    asked = next(e for e in house.events() if e.action is Action.CLOSER_ASKED)
    assert asked.digest is not None
    assert "muffled" not in repr(asked)


def test_nobody_agrees_to_their_own_asking_and_not_the_asker_of_the_question(
    house: House, request_: Request
) -> None:
    asked = ask(house, request_)
    for who, rule in [(RAVI, "own_approval"), (ROSA, "own_request"), (AMIR, "no_role")]:
        with pytest.raises(Refused) as error:
            decide(house, asked, who)
        assert error.value.rule == rule
        assert house.last_event().outcome is Outcome.DENIED
    decide(house, asked, JONAS)
    with pytest.raises(Conflict):
        decide(house, asked, LENA)


@pytest.mark.parametrize("who", [LENA, AMIR, SOFIA, ADA])
def test_no_default_role_may_ask(house: House, request_: Request, who: str) -> None:
    with pytest.raises(Refused) as error:
        ask(house, request_, who)
    assert error.value.rule == "not_less_masked"


def test_a_holder_never_hears_their_own_question_closer(house: House, request_: Request) -> None:
    with pytest.raises(Refused, match="You asked this one"):
        ask(house, request_, ROSA)


def test_what_was_not_agreed_to_is_not_heard(house: House, request_: Request) -> None:
    asked = ask(house, request_)
    decide(house, asked, approve=False)
    assert refused(house, asked) == "approval_refused"


def test_an_agreement_is_of_use_to_nobody_else(house: House, request_: Request) -> None:
    asked = ask(house, request_)
    decide(house, asked)
    assert refused(house, asked, JONAS) == "not_yours"
    assert refused(house, asked, LENA) == "not_less_masked"


def test_half_an_hour_ends_the_waiting_and_the_agreement(house: House, request_: Request) -> None:
    first = ask(house, request_)
    house.pass_time(minutes=31)
    with pytest.raises(Refused, match="Half an hour"):
        decide(house, first)
    assert closer.waiting(house.services, house.fresh(LENA)) == []
    second = ask(house, request_)
    decide(house, second)
    house.pass_time(minutes=31)
    assert refused(house, second) == "closer_over"


def test_a_stopped_clip_is_not_heard_closer_either(house: House, request_: Request) -> None:
    asked = ask(house, request_)
    decide(house, asked)
    quarantine.stop(house.services, house.act(JONAS), request_.key)
    assert refused(house, asked) == "quarantined"
    assert closer.live(house.services, house.act(RAVI), asked.key) is not None


def test_every_step_needs_a_fresh_sign_in_and_a_reason(house: House, request_: Request) -> None:
    stale = house.act(RAVI)
    with pytest.raises(Refused, match="fresh sign-in"):
        closer.ask(house.services, stale, request_.key, reason="x")
    with pytest.raises(Invalid):
        closer.ask(house.services, house.fresh(RAVI), request_.key, reason="  ")
    asked = ask(house, request_)
    with pytest.raises(Refused, match="fresh sign-in"):
        closer.decide(house.services, house.act(LENA), asked.key, reason="x", approve=True)
    decide(house, asked)
    with pytest.raises(Refused, match="fresh sign-in"):
        closer.hear(house.services, stale, asked.key, secrets.token_hex(16))
