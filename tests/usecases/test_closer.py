"""Hearing a span closer: asked for, agreed to by another, played once, all on record."""

import secrets
from dataclasses import dataclass, replace

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.rules.curiosity import Budgets
from bot.usecases import care, closer, quarantine
from bot.usecases.audit_question import read_question
from storage.audit.query import answer
from storage.records import (
    Action,
    Clip,
    Closeness,
    CloserListen,
    Consent,
    Outcome,
    Request,
    Task,
)
from tests.desks import with_less_masked
from tests.house import ADA, AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, House


@pytest.fixture
def request_(house: House) -> Request:
    """Rosa's, on a desk where Ravi and Jonas may ask to hear closer."""
    desks = with_less_masked(house.services.desks, RAVI, JONAS, ROSA)
    house.services = replace(house.services, desks=desks)
    return house.open()


LESS, UNMASKED = Closeness.LESS_DISGUISED, Closeness.UNMASKED


def ask(
    house: House, request: Request, who: str = RAVI, closeness: Closeness = LESS
) -> CloserListen:
    act = house.fresh(who)
    return closer.ask(house.services, act, request.key, closeness=closeness, reason="too muffled")


def decide(house: House, asked: CloserListen, who: str = LENA, *, approve: bool = True) -> None:
    closer.decide(house.services, house.fresh(who), asked.key, reason="yes", approve=approve)


def hear(house: House, asked: CloserListen, who: str = RAVI) -> bytes:
    press = secrets.token_hex(16)
    return closer.hear(house.services, house.fresh(who), asked.key, press).wav


@dataclass(frozen=True)
class Only:
    """A clip source that knows one clip."""

    known: Clip

    def clip(self, _: str) -> Clip:
        return self.known


def question(house: House, filters: dict[str, str]) -> list[str]:
    """The acts that answer an auditor's question."""
    asked = read_question(filters, team_id=TEAM, now=house.now)
    with house.services.store.read() as tx:
        return [each.event.action for each in answer(tx, asked).events]


def refused(house: House, asked: CloserListen, who: str = RAVI) -> str:
    """The rule that keeps this person from hearing it; the denial is on record."""
    with pytest.raises(Refused) as error:
        hear(house, asked, who)
    denied = house.last_event()
    assert (denied.action, denied.outcome) == (closer.HEARD[asked.closeness], Outcome.DENIED)
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


def test_unmasked_goes_the_same_way_and_is_on_record_as_what_it_is(
    house: House, request_: Request
) -> None:
    less, unmasked = ask(house, request_, JONAS), ask(house, request_, closeness=UNMASKED)
    assert refused(house, unmasked) == "not_approved"
    for asked in (less, unmasked):
        decide(house, asked)
    sounds = {house.hear(RAVI, request_), hear(house, less, JONAS), hear(house, unmasked)}
    assert len(sounds) == 3
    assert refused(house, unmasked) == "closer_used"
    acts = [(e.action, e.numbers["unmasked"]) for e in house.events() if "unmasked" in e.numbers]
    assert sorted(acts) == sorted(
        [
            *[(Action.CLOSER_ASKED, n) for n in (0, 1)],
            *[(Action.CLOSER_APPROVED, n) for n in (0, 1)],
        ]
    )
    heard = question(house, {"action": "closer", "outcome": "allowed"})
    assert sorted(heard) == [Action.SNIPPET_HEARD_CLOSER, Action.SNIPPET_HEARD_UNMASKED]
    assert sorted(question(house, {"unusual": "yes"})) == sorted(heard)


def test_unmasked_words_are_written_nowhere(house: House, request_: Request) -> None:
    asked = ask(house, request_, closeness=UNMASKED)
    decide(house, asked)
    hear(house, asked)
    with house.services.store.read() as tx:
        dump = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert "please" in dump  # harmless, so it may be read
    assert "hallway" not in dump


def test_a_childs_words_stay_masked(house: House, request_: Request) -> None:
    """On a desk for children nobody may ask; what turns out to be a child's is not played."""
    asked = ask(house, request_, closeness=UNMASKED)
    decide(house, asked)
    desks = house.services.desks
    for_children = {k: replace(desk, children=True) for k, desk in desks.desks.items()}
    found_out = replace(house.services.clips.clip(request_.clip_id), child=True)
    real = house.services
    house.services = replace(real, clips=Only(found_out))  # type: ignore[arg-type]
    assert refused(house, asked) == "child_unmasked"
    house.services = replace(real, desks=replace(desks, desks=for_children))
    assert refused(house, asked) == "child_unmasked"
    assert closer.live(house.services, house.act(RAVI), asked.key) is not None
    with pytest.raises(Refused, match="stay masked"):
        ask(house, request_, closeness=UNMASKED)
    assert closer.page(house.services, house.fresh(RAVI), request_.key).may_ask_for == (LESS,)
    assert ask(house, request_).closeness is LESS


def test_consent_taken_back_meanwhile_ends_it(house: House, request_: Request) -> None:
    asked = ask(house, request_, closeness=UNMASKED)
    decide(house, asked)
    clip = house.services.clips.clip(request_.clip_id)
    withdrawn = replace(clip, consent=Consent.WITHDRAWN)
    house.services = replace(house.services, clips=Only(withdrawn))  # type: ignore[arg-type]
    assert refused(house, asked) == "consent_withdrawn"


def test_whoever_rests_or_has_listened_enough_hears_nothing_closer(
    house: House, request_: Request
) -> None:
    asked = ask(house, request_)
    decide(house, asked)
    care.take_break(house.services, house.act(RAVI))
    assert refused(house, asked) == "on_break"
    page = closer.page(house.services, house.fresh(RAVI), request_.key)
    assert page.refusal is not None
    assert page.refusal.rule == "on_break"
    care.end_break(house.services, house.act(RAVI))
    desks, usual = house.services.desks, house.services
    few = {k: replace(d, budgets=Budgets(presses_per_hour=1)) for k, d in desks.desks.items()}
    house.hear(RAVI, request_)
    house.services = replace(usual, desks=replace(desks, desks=few))
    assert refused(house, asked) == "many_presses"
    house.services = usual
    hear(house, asked)


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
        closer.ask(house.services, stale, request_.key, closeness=LESS, reason="x")
    with pytest.raises(Invalid):
        closer.ask(house.services, house.fresh(RAVI), request_.key, closeness=LESS, reason="  ")
    asked = ask(house, request_)
    with pytest.raises(Refused, match="fresh sign-in"):
        closer.decide(house.services, house.act(LENA), asked.key, reason="x", approve=True)
    decide(house, asked)
    with pytest.raises(Refused, match="fresh sign-in"):
        closer.hear(house.services, stale, asked.key, secrets.token_hex(16))
