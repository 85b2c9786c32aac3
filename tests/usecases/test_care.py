"""Breaks, the ledger, limits, choices, calls for a chat, the weekly line, drills."""

from dataclasses import replace

import pytest

from bot.errors import Conflict, Invalid, NotFound, Refused
from bot.usecases import (
    care,
    drill,
    expire,
    home,
    listen,
    quarantine,
    talk,
    weekly,
)
from storage.records import Person, Request, RequestState, Task
from tests.house import JONAS, LENA, RAVI, ROSA, STRANGER, TEAM, House

ON_BOTH_DATABASES = True

PRESS = "p" * 16


def told(house: House, task: Task) -> list[str]:
    """The arguments of the messages of one kind that wait."""
    with house.services.store.begin() as tx:
        rows = tx.claim([task], now=house.now, lease=drill.MONTH, limit=50)
        for row in rows:
            tx.finish(row.id, house.now)
    return [str(row.argument) for row in rows]


def offered(house: House, who: str) -> list[str]:
    return [request.name for request in home.home(house.services, house.act(who)).can_answer]


def stop(house: House, request: Request, by: str = JONAS) -> None:
    quarantine.stop(house.services, house.act(by), request.key)


def test_on_a_break_nothing_is_offered_or_played_and_ones_own_asks_go_on(house: House) -> None:
    request = house.open(ROSA)
    mine = house.open(RAVI, clip="en-us-0006", span="2.8-3.5")
    care.take_break(house.services, house.act(RAVI))
    assert offered(house, RAVI) == []
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == "on_break"
    assert house.last_event().rule == "on_break"
    house.answer(ROSA, mine, "x")
    house.answer(JONAS, mine, "x")
    assert house.request(mine).state is RequestState.AGREED
    house.pass_time(minutes=15)
    assert offered(house, RAVI) == [request.name]


def test_a_break_ends_when_they_are_back(house: House) -> None:
    request = house.open(ROSA)
    care.take_break(house.services, house.act(RAVI), 480)
    house.pass_time(minutes=1)
    care.end_break(house.services, house.act(RAVI))
    assert offered(house, RAVI) == [request.name]
    with pytest.raises(Invalid):
        care.take_break(house.services, house.act(RAVI), 7)


def test_the_ledger_counts_what_one_stopped_and_what_one_had_heard(house: House) -> None:
    request = house.open(ROSA)
    house.hear(RAVI, request)
    stop(house, request, JONAS)
    ravis, jonas, lenas = (
        care.care_page(house.services, house.act(who)).exposures for who in (RAVI, JONAS, LENA)
    )
    assert [met.stopped_it for met in ravis] == [False]
    assert [met.stopped_it for met in jonas] == [True]
    assert lenas == ()


def test_after_the_desks_limit_nothing_is_played_for_a_while(house: House) -> None:
    waiting = house.open(ROSA)
    for clip in ("en-us-0002", "en-us-0003", "en-us-0004"):
        quarantine.stop_clip(house.services, house.act(RAVI), clip)
    with pytest.raises(Refused) as error:
        house.hear(RAVI, waiting)
    assert error.value.rule == "cool_down"
    care.end_break(house.services, house.act(RAVI))  # not theirs to end
    assert offered(house, RAVI) == []
    page = listen.view(house.services, house.act(RAVI), waiting.key)
    assert page.refusal is not None
    assert page.snippet is None
    house.pass_time(minutes=30)
    assert house.hear(RAVI, waiting)


def test_what_one_does_not_want_is_not_offered_and_nothing_is_kept_of_why(house: House) -> None:
    request = house.open(ROSA)
    stop(house, request, JONAS)
    house.release(request)
    again = house.open(ROSA)
    assert offered(house, RAVI) == [again.name]
    choose = {"weekly_line": True, "in_circle": False}
    care.choose(house.services, house.act(RAVI), not_offered=["stopped_before"], **choose)
    assert offered(house, RAVI) == []
    care.choose(house.services, house.act(RAVI), not_offered=["desk:english-us"], **choose)
    assert offered(house, RAVI) == []
    care.choose(house.services, house.act(RAVI), not_offered=[], **choose)
    assert offered(house, RAVI) == [again.name]
    with pytest.raises(Invalid):
        care.choose(house.services, house.act(RAVI), not_offered=["desk:made-up"], **choose)


def test_nothing_of_all_this_is_in_the_access_log(house: House) -> None:
    before = len(house.events())
    care.take_break(house.services, house.act(RAVI))
    care.end_break(house.services, house.act(RAVI))
    care.care_page(house.services, house.act(RAVI))
    care.choose(
        house.services, house.act(RAVI), weekly_line=False, in_circle=True, not_offered=["noise"]
    )
    talk.call(house.services, house.act(ROSA), "")
    assert len(house.events()) == before


def test_a_lead_sees_totals_over_five_people_and_else_nothing(house: House) -> None:
    stop(house, house.open(ROSA), JONAS)
    (english, *_) = care.teams(house.services, house.act(LENA))
    assert english.met is None
    assert care.teams(house.services, house.act(RAVI)) == []


def join_circle(house: House, *people: str) -> None:
    for who in people:
        care.choose(
            house.services, house.act(who), weekly_line=True, in_circle=True, not_offered=[]
        )


def test_a_call_reaches_the_circle_and_puts_the_first_who_has_time_in_touch(house: House) -> None:
    join_circle(house, ROSA, RAVI, JONAS)
    care.take_break(house.services, house.act(JONAS))
    assert talk.call(house.services, house.act(ROSA), "") == 1
    (asked,) = told(house, Task.CALL_COLLEAGUE)
    key, who = asked.split(" ")
    assert who == RAVI
    talk.take(house.services, house.act(RAVI), key)
    talk.take(house.services, house.act(RAVI), key)  # pressing twice
    assert told(house, Task.OPEN_TALK) == [key]
    with pytest.raises(Conflict):
        talk.take(house.services, house.act(LENA), key)


def test_a_call_to_one_colleague_reaches_only_them(house: House) -> None:
    join_circle(house, RAVI)
    assert talk.call(house.services, house.act(ROSA), f"<@{LENA}>") == 1
    assert [asked.split(" ")[1] for asked in told(house, Task.CALL_COLLEAGUE)] == [LENA]
    for nobody in (f"<@{ROSA}>", f"<@{STRANGER}>"):
        with pytest.raises(Invalid):
            talk.call(house.services, house.act(ROSA), nobody)


def test_nobody_in_the_circle_is_said_and_strangers_call_nobody(house: House) -> None:
    assert talk.call(house.services, house.act(ROSA), "") == 0
    with pytest.raises(Refused):
        talk.call(house.services, house.act(STRANGER), "")
    with pytest.raises(NotFound):
        talk.take(house.services, house.act(RAVI), "made-up")


def test_nobody_answers_their_own_call(house: House) -> None:
    talk.call(house.services, house.act(ROSA), f"<@{RAVI}>")
    (asked,) = told(house, Task.CALL_COLLEAGUE)
    with pytest.raises(Invalid):
        talk.take(house.services, house.act(ROSA), asked.split(" ")[0])


def test_a_call_nobody_answers_is_forgotten_after_a_day(house: House) -> None:
    talk.call(house.services, house.act(ROSA), f"<@{RAVI}>")
    (asked,) = told(house, Task.CALL_COLLEAGUE)
    house.pass_time(days=1, seconds=1)
    expire.forget(house.services, house.worker())
    with pytest.raises(NotFound):
        talk.take(house.services, house.act(RAVI), asked.split(" ")[0])


def test_once_a_week_people_are_told_how_many_words_they_fixed(house: House) -> None:
    assert weekly.tell_everybody(house.services, house.worker()) == 0  # the first week begins
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "Lamp")
    other = house.open(ROSA, clip="en-us-0006", span="2.8-3.5")
    house.answer(RAVI, other, "one thing")
    care.choose(
        house.services, house.act(JONAS), weekly_line=False, in_circle=False, not_offered=[]
    )
    house.pass_time(days=6)
    assert weekly.tell_everybody(house.services, house.worker()) == 0
    house.pass_time(days=1)
    assert weekly.tell_everybody(house.services, house.worker()) == 1
    assert told(house, Task.TELL_WEEKLY) == [f"{RAVI} 1"]
    assert weekly.tell_everybody(house.services, house.worker()) == 0


def test_people_of_another_workspace_have_no_page_to_speak_of(house: House) -> None:
    elsewhere = replace(house.act(RAVI), person=Person(team_id="T0OTHERCO", user_id=RAVI))
    assert TEAM != "T0OTHERCO"
    assert care.care_page(house.services, elsewhere).desks == ()
