"""Hearing a span closer: asked for, agreed to by another, played once, all on
record.
"""

import secrets
from dataclasses import dataclass, replace

import pytest

from bot.errors import Conflict, Invalid, Refused
from bot.rules.listening.listening_budget import Budgets
from bot.usecases.audit.parse_query import read_question
from bot.usecases.distress import care, stop_clip
from bot.usecases.listening import elevated, progress
from bot.usecases.listening.elevated_play import HEARD, ElevatedPlay
from bot.usecases.listening.grant import grant
from storage.audit.query.search import answer
from storage.records import (
    Action,
    Clip,
    Consent,
    ElevatedListen,
    Elevation,
    Outcome,
    Request,
    Task,
)
from tests.desks import with_less_masked
from tests.product import ADA, AMIR, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, Product


@pytest.fixture
def request_(product: Product) -> Request:
    """Rosa's, on a desk where Ravi and Jonas may ask to hear closer."""
    desks = with_less_masked(product.services.desks, RAVI, JONAS, ROSA)
    product.services = replace(product.services, desks=desks)
    return product.open()


LESS, UNMASKED = Elevation.LESS_DISGUISED, Elevation.UNMASKED


def ask(
    product: Product, request: Request, who: str = RAVI, closeness: Elevation = LESS
) -> ElevatedListen:
    act = product.fresh(who)
    return elevated.ask(
        product.services, act, request.key, closeness=closeness, reason="too muffled"
    )


def decide(
    product: Product, asked: ElevatedListen, who: str = LENA, *, approve: bool = True
) -> None:
    elevated.decide(
        product.services, product.fresh(who), asked.key, reason="yes", approve=approve
    )


def hear(product: Product, asked: ElevatedListen, who: str = RAVI) -> bytes:
    press = secrets.token_hex(16)
    return grant(
        product.services, product.fresh(who), ElevatedPlay(asked.key), press
    ).wav


@dataclass(frozen=True)
class Only:
    """A clip source that knows one clip."""

    known: Clip

    def clip(self, _: str) -> Clip:
        return self.known


def question(product: Product, filters: dict[str, str]) -> list[str]:
    """The acts that answer an auditor's question."""
    asked = read_question(filters, team_id=TEAM, now=product.now)
    with product.services.store.read() as tx:
        return [each.event.action for each in answer(tx.log, asked).events]


def refused(product: Product, asked: ElevatedListen, who: str = RAVI) -> str:
    """The rule that keeps this person from hearing it; the denial is on record."""
    with pytest.raises(Refused) as error:
        hear(product, asked, who)
    denied = product.last_event()
    assert (denied.action, denied.outcome) == (
        HEARD[asked.closeness],
        Outcome.DENIED,
    )
    assert denied.rule == error.value.rule
    return error.value.rule


def test_asked_agreed_and_played_once(product: Product, request_: Request) -> None:
    asked = ask(product, request_)
    assert (
        product.waiting().count(Task.NOTIFY_ELEVATED_ASKED) == 2
    )  # Lena and Jonas; Rosa asked the question
    assert refused(product, asked) == "not_approved"
    decide(product, asked)
    usual = product.hear(RAVI, request_)
    assert hear(product, asked) != usual
    assert refused(product, asked) == "closer_used"
    actions = [e.action for e in product.events(request_)]
    for action in (
        Action.CLOSER_ASKED,
        Action.CLOSER_APPROVED,
        Action.SNIPPET_HEARD_CLOSER,
    ):
        assert action in actions


def test_unmasked_goes_the_same_way_and_is_on_record_as_what_it_is(
    product: Product, request_: Request
) -> None:
    less, unmasked = (
        ask(product, request_, JONAS),
        ask(product, request_, closeness=UNMASKED),
    )
    assert refused(product, unmasked) == "not_approved"
    for asked in (less, unmasked):
        decide(product, asked)
    sounds = {
        product.hear(RAVI, request_),
        hear(product, less, JONAS),
        hear(product, unmasked),
    }
    assert len(sounds) == 3
    assert refused(product, unmasked) == "closer_used"
    acts = [
        (e.action, e.numbers["unmasked"])
        for e in product.events()
        if "unmasked" in e.numbers
    ]
    assert sorted(acts) == sorted(
        [
            *[(Action.CLOSER_ASKED, n) for n in (0, 1)],
            *[(Action.CLOSER_APPROVED, n) for n in (0, 1)],
        ]
    )
    heard = question(product, {"action": "closer", "outcome": "allowed"})
    assert sorted(heard) == [Action.SNIPPET_HEARD_CLOSER, Action.SNIPPET_HEARD_UNMASKED]
    assert sorted(question(product, {"unusual": "yes"})) == sorted(heard)


def test_unmasked_words_are_written_nowhere(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_, closeness=UNMASKED)
    decide(product, asked)
    hear(product, asked)
    with product.services.store.read() as tx:
        dump = "\n".join(tx.connection.connection.driver_connection.iterdump())
    assert "please" in dump  # harmless, so it may be read
    assert "hallway" not in dump


def test_a_childs_words_stay_masked(product: Product, request_: Request) -> None:
    """On a desk for children nobody may ask; what turns out to be a child's is not
    played.
    """
    asked = ask(product, request_, closeness=UNMASKED)
    decide(product, asked)
    desks = product.services.desks
    for_children = {k: replace(desk, children=True) for k, desk in desks.desks.items()}
    found_out = replace(product.services.clips.clip(request_.clip_id), child=True)
    real = product.services
    product.services = replace(real, clips=Only(found_out))  # type: ignore[arg-type]
    assert refused(product, asked) == "child_unmasked"
    product.services = replace(real, desks=replace(desks, desks=for_children))
    assert refused(product, asked) == "child_unmasked"
    assert (
        progress.live(
            product.services, product.act(RAVI), ElevatedPlay(asked.key)
        ).refusal
        is not None
    )
    with pytest.raises(Refused, match="stay masked"):
        ask(product, request_, closeness=UNMASKED)
    assert elevated.page(
        product.services, product.fresh(RAVI), request_.key
    ).may_ask_for == (LESS,)
    assert ask(product, request_).closeness is LESS


def test_consent_taken_back_meanwhile_ends_it(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_, closeness=UNMASKED)
    decide(product, asked)
    clip = product.services.clips.clip(request_.clip_id)
    withdrawn = replace(clip, consent=Consent.WITHDRAWN)
    product.services = replace(product.services, clips=Only(withdrawn))  # type: ignore[arg-type]
    assert refused(product, asked) == "consent_withdrawn"


def test_whoever_rests_or_has_listened_enough_hears_nothing_closer(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_)
    decide(product, asked)
    care.take_break(product.services, product.act(RAVI))
    assert refused(product, asked) == "on_break"
    page = elevated.page(product.services, product.fresh(RAVI), request_.key)
    assert page.refusal is not None
    assert page.refusal.rule == "on_break"
    care.end_break(product.services, product.act(RAVI))
    desks, usual = product.services.desks, product.services
    few = {
        k: replace(d, budgets=Budgets(presses_per_hour=1))
        for k, d in desks.desks.items()
    }
    product.hear(RAVI, request_)
    product.services = replace(usual, desks=replace(desks, desks=few))
    assert refused(product, asked) == "many_presses"
    product.services = usual
    hear(product, asked)


def test_the_reasons_are_beside_the_log_and_only_their_digest_is_in_it(
    product: Product, request_: Request
) -> None:
    ask(product, request_)
    asked = next(e for e in product.events() if e.action is Action.CLOSER_ASKED)
    assert asked.digest is not None
    assert "muffled" not in repr(asked)


def test_nobody_agrees_to_their_own_asking_and_not_the_asker_of_the_question(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_)
    for who, rule in [(RAVI, "own_approval"), (ROSA, "own_request"), (AMIR, "no_role")]:
        with pytest.raises(Refused) as error:
            decide(product, asked, who)
        assert error.value.rule == rule
        assert product.last_event().outcome is Outcome.DENIED
    decide(product, asked, JONAS)
    with pytest.raises(Conflict):
        decide(product, asked, LENA)


@pytest.mark.parametrize("who", [LENA, AMIR, SOFIA, ADA])
def test_no_default_role_may_ask(product: Product, request_: Request, who: str) -> None:
    with pytest.raises(Refused) as error:
        ask(product, request_, who)
    assert error.value.rule == "not_less_masked"


def test_a_holder_never_hears_their_own_question_closer(
    product: Product, request_: Request
) -> None:
    with pytest.raises(Refused, match="You asked this one"):
        ask(product, request_, ROSA)


def test_what_was_not_agreed_to_is_not_heard(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_)
    decide(product, asked, approve=False)
    assert refused(product, asked) == "approval_refused"


def test_an_agreement_is_of_use_to_nobody_else(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_)
    decide(product, asked)
    assert refused(product, asked, JONAS) == "not_yours"
    assert refused(product, asked, LENA) == "not_less_masked"


def test_half_an_hour_ends_the_waiting_and_the_agreement(
    product: Product, request_: Request
) -> None:
    first = ask(product, request_)
    product.pass_time(minutes=31)
    with pytest.raises(Refused, match="Half an hour"):
        decide(product, first)
    assert elevated.waiting(product.services, product.fresh(LENA)) == []
    second = ask(product, request_)
    decide(product, second)
    product.pass_time(minutes=31)
    assert refused(product, second) == "closer_over"


def test_a_stopped_clip_is_not_heard_closer_either(
    product: Product, request_: Request
) -> None:
    asked = ask(product, request_)
    decide(product, asked)
    stop_clip.stop(product.services, product.act(JONAS), request_.key)
    assert refused(product, asked) == "quarantined"
    assert (
        progress.live(
            product.services, product.act(RAVI), ElevatedPlay(asked.key)
        ).refusal
        is not None
    )


def test_every_step_needs_a_fresh_sign_in_and_a_reason(
    product: Product, request_: Request
) -> None:
    stale = product.act(RAVI)
    with pytest.raises(Refused, match="fresh sign-in"):
        elevated.ask(product.services, stale, request_.key, closeness=LESS, reason="x")
    with pytest.raises(Invalid):
        elevated.ask(
            product.services,
            product.fresh(RAVI),
            request_.key,
            closeness=LESS,
            reason="  ",
        )
    asked = ask(product, request_)
    with pytest.raises(Refused, match="fresh sign-in"):
        elevated.decide(
            product.services, product.act(LENA), asked.key, reason="x", approve=True
        )
    decide(product, asked)
    with pytest.raises(Refused, match="fresh sign-in"):
        grant(product.services, stale, ElevatedPlay(asked.key), secrets.token_hex(16))
