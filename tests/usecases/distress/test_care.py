"""Breaks, the ledger, limits, choices, calls for a chat, the weekly line, drills."""

from dataclasses import replace
from typing import TypeVar

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.usecases.distress import care, drill, peer_support, stop_clip
from bot.usecases.listening import view
from bot.usecases.people import home, weekly
from bot.usecases.requests import expire
from storage.records import Person, Request, RequestState
from storage.records.outbox import (
    AskColleague,
    NotifyWeeklyCount,
    OpenPeerTalk,
    Payload,
)
from tests.product import JONAS, LENA, RAVI, ROSA, STRANGER, TEAM, Product

ON_BOTH_DATABASES = True

PRESS = "p" * 16


P = TypeVar("P", bound=Payload)


def told(product: Product, kind: type[P]) -> list[P]:
    """Return the waiting payloads of one kind, and finish their rows."""
    with product.services.store.begin() as tx:
        rows = tx.outbox.claim(
            [kind.task], now=product.now, lease=drill.MONTH, limit=50
        )
        for row in rows:
            tx.outbox.finish(row.id, product.now)
    return [row.payload for row in rows if isinstance(row.payload, kind)]


def offered(product: Product, who: str) -> list[str]:
    lists = home.read_home(product.services, product.act(who))
    return [request.name for request in lists.can_answer.requests]


def stop(product: Product, request: Request, by: str = JONAS) -> None:
    stop_clip.stop(product.services, product.act(by), request.key)


def test_on_a_break_nothing_is_offered_or_played_and_ones_own_asks_go_on(
    product: Product,
) -> None:
    request = product.open(ROSA)
    mine = product.open(RAVI, clip="en-us-0006", span="2.8-3.5")
    care.take_break(product.services, product.act(RAVI))
    assert offered(product, RAVI) == []
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == "on_break"
    assert product.last_event().rule == "on_break"
    product.answer(ROSA, mine, "x")
    product.answer(JONAS, mine, "x")
    assert product.request(mine).state is RequestState.AGREED
    product.pass_time(minutes=15)
    assert offered(product, RAVI) == [request.name]


def test_a_break_ends_when_they_are_back(product: Product) -> None:
    request = product.open(ROSA)
    care.take_break(product.services, product.act(RAVI), 480)
    product.pass_time(minutes=1)
    care.end_break(product.services, product.act(RAVI))
    assert offered(product, RAVI) == [request.name]
    with pytest.raises(Invalid):
        care.take_break(product.services, product.act(RAVI), 7)


def test_the_ledger_counts_what_one_stopped_and_what_one_had_heard(
    product: Product,
) -> None:
    request = product.open(ROSA)
    product.hear(RAVI, request)
    stop(product, request, JONAS)
    ravis, jonas, lenas = (
        care.care_page(product.services, product.act(who)).exposures
        for who in (RAVI, JONAS, LENA)
    )
    assert [met.stopped_it for met in ravis] == [False]
    assert [met.stopped_it for met in jonas] == [True]
    assert lenas == ()


def test_after_the_desks_limit_nothing_is_played_for_a_while(product: Product) -> None:
    waiting = product.open(ROSA)
    heard = [product.open_on(clip) for clip in ("en-us-0002", "en-us-0004", "ar-0001")]
    for request in heard:
        product.hear(RAVI, request)
    for request in heard:
        stop(product, request, RAVI)
    with pytest.raises(Refused) as error:
        product.hear(RAVI, waiting)
    assert error.value.rule == "cool_down"
    care.end_break(product.services, product.act(RAVI))  # not theirs to end
    assert offered(product, RAVI) == []
    page = view.view(product.services, product.act(RAVI), waiting.key)
    assert page.refusal is not None
    assert page.snippet is None
    product.pass_time(minutes=30)
    assert product.hear(RAVI, waiting)


def test_stops_of_recordings_not_heard_send_no_person_to_rest(
    product: Product,
) -> None:
    waiting = product.open(ROSA)
    for clip in ("en-us-0002", "en-us-0004", "ar-0001"):
        stop(product, product.open_on(clip), RAVI)
    met = care.care_page(product.services, product.act(RAVI)).exposures
    assert [(each.stopped_it, each.heard) for each in met] == [(True, False)] * 3
    assert product.hear(RAVI, waiting)


def test_what_one_does_not_want_is_not_offered_and_nothing_is_kept_of_why(
    product: Product,
) -> None:
    request = product.open(ROSA)
    stop(product, request, JONAS)
    product.release(request)
    again = product.open(ROSA)
    assert offered(product, RAVI) == [again.name]
    choose = {"weekly_line": True, "in_circle": False}
    care.choose(
        product.services, product.act(RAVI), not_offered=["stopped_before"], **choose
    )
    assert offered(product, RAVI) == []
    care.choose(
        product.services, product.act(RAVI), not_offered=["desk:english-us"], **choose
    )
    assert offered(product, RAVI) == []
    care.choose(product.services, product.act(RAVI), not_offered=[], **choose)
    assert offered(product, RAVI) == [again.name]
    with pytest.raises(Invalid):
        care.choose(
            product.services, product.act(RAVI), not_offered=["desk:made-up"], **choose
        )


def test_nothing_of_all_this_is_in_the_access_log(product: Product) -> None:
    before = len(product.events())
    care.take_break(product.services, product.act(RAVI))
    care.end_break(product.services, product.act(RAVI))
    care.care_page(product.services, product.act(RAVI))
    care.choose(
        product.services,
        product.act(RAVI),
        weekly_line=False,
        in_circle=True,
        not_offered=["noise"],
    )
    peer_support.ask_colleagues(product.services, product.act(ROSA), "")
    assert len(product.events()) == before


def test_a_lead_sees_totals_over_five_people_and_else_nothing(product: Product) -> None:
    stop(product, product.open(ROSA), JONAS)
    (english, *_) = care.teams(product.services, product.act(LENA))
    assert english.met is None
    assert care.teams(product.services, product.act(RAVI)) == []


def join_circle(product: Product, *people: str) -> None:
    for who in people:
        care.choose(
            product.services,
            product.act(who),
            weekly_line=True,
            in_circle=True,
            not_offered=[],
        )


def test_a_call_reaches_the_circle_and_puts_the_first_who_has_time_in_touch(
    product: Product,
) -> None:
    join_circle(product, ROSA, RAVI, JONAS)
    care.take_break(product.services, product.act(JONAS))
    assert peer_support.ask_colleagues(product.services, product.act(ROSA), "") == 1
    (asked,) = told(product, AskColleague)
    key = asked.talk_key
    assert asked.user_id == RAVI
    peer_support.take_talk(product.services, product.act(RAVI), key)
    peer_support.take_talk(product.services, product.act(RAVI), key)  # pressing twice
    assert told(product, OpenPeerTalk) == [OpenPeerTalk(talk_key=key)]
    with pytest.raises(Conflict):
        peer_support.take_talk(product.services, product.act(LENA), key)


def test_a_call_to_one_colleague_reaches_only_them(product: Product) -> None:
    join_circle(product, RAVI)
    assert (
        peer_support.ask_colleagues(product.services, product.act(ROSA), f"<@{LENA}>")
        == 1
    )
    assert [asked.user_id for asked in told(product, AskColleague)] == [LENA]
    for nobody in (f"<@{ROSA}>", f"<@{STRANGER}>"):
        with pytest.raises(Invalid):
            peer_support.ask_colleagues(product.services, product.act(ROSA), nobody)


def test_nobody_in_the_circle_is_said_and_strangers_call_nobody(
    product: Product,
) -> None:
    assert peer_support.ask_colleagues(product.services, product.act(ROSA), "") == 0
    with pytest.raises(Refused):
        peer_support.ask_colleagues(product.services, product.act(STRANGER), "")
    with pytest.raises(NotFound):
        peer_support.take_talk(product.services, product.act(RAVI), "made-up")


def test_nobody_answers_their_own_call(product: Product) -> None:
    peer_support.ask_colleagues(product.services, product.act(ROSA), f"<@{RAVI}>")
    (asked,) = told(product, AskColleague)
    with pytest.raises(Invalid):
        peer_support.take_talk(product.services, product.act(ROSA), asked.talk_key)


def test_a_call_nobody_answers_is_forgotten_after_a_day(product: Product) -> None:
    peer_support.ask_colleagues(product.services, product.act(ROSA), f"<@{RAVI}>")
    (asked,) = told(product, AskColleague)
    product.pass_time(days=1, seconds=1)
    expire.forget(product.services, product.worker())
    with pytest.raises(NotFound):
        peer_support.take_talk(product.services, product.act(RAVI), asked.talk_key)


def test_once_a_week_people_are_told_how_many_words_they_fixed(
    product: Product,
) -> None:
    assert (
        weekly.notify_weekly(product.services, product.worker()) == 0
    )  # the first week begins
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "Lamp")
    other = product.open(ROSA, clip="en-us-0006", span="2.8-3.5")
    product.answer(RAVI, other, "one thing")
    care.choose(
        product.services,
        product.act(JONAS),
        weekly_line=False,
        in_circle=False,
        not_offered=[],
    )
    product.pass_time(days=6)
    assert weekly.notify_weekly(product.services, product.worker()) == 0
    product.pass_time(days=1)
    assert weekly.notify_weekly(product.services, product.worker()) == 1
    assert told(product, NotifyWeeklyCount) == [
        NotifyWeeklyCount(user_id=RAVI, words=1)
    ]
    assert weekly.notify_weekly(product.services, product.worker()) == 0


def test_people_of_another_workspace_have_no_page_to_speak_of(product: Product) -> None:
    elsewhere = replace(
        product.act(RAVI), person=Person(team_id="T0OTHERCO", user_id=RAVI)
    )
    assert TEAM != "T0OTHERCO"
    assert care.care_page(product.services, elsewhere).desks == ()
