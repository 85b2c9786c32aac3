"""Withdrawing, stopping, expiring, purging, delivering, signing in."""

from dataclasses import replace

import pytest

from bot.errors import Refused, Unavailable
from bot.usecases import deliver, expire, home, purge, quarantine, sessions, tell, withdraw
from storage.records import Action, Outcome, RequestState, Task
from tests.house import AMIR, JONAS, LENA, RAVI, ROSA, STRANGER, House


def test_the_asker_may_withdraw_and_a_peer_may_not(house: House) -> None:
    request = house.open(ROSA)
    with pytest.raises(Refused):
        withdraw.withdraw(house.services, house.act(RAVI), request.key)
    assert house.last_event().outcome is Outcome.DENIED
    closed = withdraw.withdraw(house.services, house.act(ROSA), request.key)
    assert closed.state is RequestState.WITHDRAWN


def test_stopping_closes_every_live_request_on_the_clip(house: House) -> None:
    first = house.open(ROSA)
    second = house.render(house.ask(RAVI, span="0.1-0.6").request)
    quarantine.stop(house.services, house.act(JONAS), first.key)
    for request in (first, second):
        assert house.request(request).state is RequestState.QUARANTINED
    assert Task.PAGE_OFFICER in house.waiting()


def test_stopping_twice_pages_the_officers_once(house: House) -> None:
    request = house.open(ROSA)
    quarantine.stop(house.services, house.act(JONAS), request.key)
    quarantine.stop(house.services, house.act(RAVI), request.key)
    assert house.waiting().count(Task.PAGE_OFFICER) == 1


def test_a_settled_clip_may_still_be_stopped(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    quarantine.stop(house.services, house.act(JONAS), request.key)
    with house.services.store.read() as tx:
        assert tx.is_quarantined(request.clip_id)
    assert house.request(request).state is RequestState.AGREED


def test_a_stranger_stops_nothing(house: House) -> None:
    request = house.open(ROSA)
    with pytest.raises(Refused):
        quarantine.stop(house.services, house.act(STRANGER), request.key)
    assert house.request(request).state is RequestState.OPEN


def test_a_request_nobody_settles_expires_and_the_asker_is_told(house: House) -> None:
    request = house.open(ROSA)
    assert expire.expire(house.services, house.worker()) == 0
    house.pass_time(hours=24, seconds=1)
    assert expire.expire(house.services, house.worker()) == 1
    assert house.request(request).state is RequestState.EXPIRED
    assert house.last_event().action is Action.REQUEST_EXPIRED


def test_a_snippet_goes_when_its_time_is_over_and_a_quarantined_one_stays(house: House) -> None:
    settled = house.open(ROSA)
    house.answer(RAVI, settled, "lamp")
    house.answer(JONAS, settled, "lamp")
    stopped = house.render(house.ask(ROSA, clip="en-us-0006", span="2.8-3.5").request)
    quarantine.stop(house.services, house.act(JONAS), stopped.key)
    assert purge.purge(house.services, house.worker()).snippets == 0
    house.pass_time(hours=25)
    assert purge.purge(house.services, house.worker()).snippets == 1
    with house.services.store.read() as tx:
        assert tx.snippet(settled.id) is None
        assert tx.snippet(stopped.id) is not None
    assert Action.SNIPPET_PURGED in [event.action for event in house.events()]


def test_delivery_is_on_record_and_closes_the_request(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.DELIVERED
    assert [r.text for r in house.services.sink.results()] == ["lamp"]


def test_a_sink_that_is_away_is_a_state_and_then_forgotten(house: House) -> None:
    request = house.open(ROSA)
    house.answer(RAVI, request, "lamp")
    house.answer(JONAS, request, "lamp")

    class Away:
        def deliver(self, _: object) -> None:
            raise Unavailable("The result sink does not answer.")

    real = house.services
    house.services = replace(real, sink=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        deliver.deliver(house.services, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.DELIVERY_FAILED
    assert house.last_event().outcome is Outcome.FAILED
    deliver.deliver(real, house.worker(), request.id, f"{request.name}/1")
    assert house.request(request).state is RequestState.DELIVERED


def test_everybody_who_asked_is_told(house: House) -> None:
    request = house.open(ROSA)
    house.ask(RAVI)
    told = tell.telling(house.services, request.id)
    assert told is not None
    assert [person.user_id for person in told.tell] == [ROSA, RAVI]


def test_home_lists_what_one_can_do(house: House) -> None:
    mine = house.open(ROSA)
    dispute = house.render(house.ask(ROSA, clip="en-us-0008", span="1.3-2.0").request)
    house.answer(RAVI, dispute, "a")
    house.answer(JONAS, dispute, "b")
    ravis = home.home(house.services, house.act(RAVI))
    assert [r.id for r in ravis.can_answer] == [mine.id]
    assert ravis.needs_ruling == ()
    lenas = home.home(house.services, house.act(LENA))
    assert [r.id for r in lenas.needs_ruling] == [dispute.id]
    rosas = home.home(house.services, house.act(ROSA))
    assert {r.id for r in rosas.asked} == {mine.id, dispute.id}
    assert rosas.can_answer == ()
    house.answer(RAVI, mine, "lamp")
    assert home.home(house.services, house.act(RAVI)).can_answer == ()
    assert home.home(house.services, house.act(STRANGER)).roles == frozenset()


def test_a_sign_in_works_once_and_not_after_ten_minutes(house: House) -> None:
    first = sessions.begin_sign_in(house.services, return_to="/", now=house.now)
    sessions.take_sign_in(house.services, house.worker(), first.state)
    with pytest.raises(Refused):
        sessions.take_sign_in(house.services, house.worker(), first.state)
    late = sessions.begin_sign_in(house.services, return_to="/", now=house.now)
    house.pass_time(minutes=11)
    with pytest.raises(Refused):
        sessions.take_sign_in(house.services, house.worker(), late.state)
    assert house.last_event().rule == "sign_in_stale"


def test_a_session_lasts_eight_hours_and_ends_on_sign_out(house: House) -> None:
    started = sessions.start_session(house.services, house.act(AMIR), browser="b")
    assert sessions.session_of(house.services, started.token, house.now) is not None
    house.pass_time(hours=8, seconds=1)
    assert sessions.session_of(house.services, started.token, house.now) is None
    again = sessions.start_session(house.services, house.act(AMIR), browser="b")
    sessions.end_session(house.services, house.act(AMIR), again.token)
    assert sessions.session_of(house.services, again.token, house.now) is None


def test_somebody_of_another_workspace_cannot_sign_in(house: House) -> None:
    with pytest.raises(Refused):
        sessions.start_session(house.services, house.act(ROSA, team="T0OTHERCO"), browser="b")
    assert house.last_event().rule == "other_team"


def test_each_stopped_clip_is_reported(house: House) -> None:
    first = house.open(ROSA)
    second = house.render(house.ask(ROSA, clip="en-us-0006", span="2.8-3.5").request)
    for request in (first, second):
        quarantine.stop(house.services, house.act(JONAS), request.key)
    assert house.waiting().count(Task.PAGE_OFFICER) == 2


def test_everybody_who_asked_is_told_when_it_expires(house: House) -> None:
    house.open(ROSA)
    house.ask(RAVI)
    house.pass_time(hours=25)
    expire.expire(house.services, house.worker())
    assert house.waiting().count(Task.TELL_ASKER) == 2


def test_a_desk_that_was_taken_away_keeps_no_snippet_for_ever(house: House) -> None:
    request = house.open(ROSA)
    withdraw.withdraw(house.services, house.act(ROSA), request.key)
    house.services = replace(house.services, desks=replace(house.services.desks, desks={}))
    house.pass_time(hours=25)
    assert purge.purge(house.services, house.worker()).snippets == 1
    with pytest.raises(Unavailable, match=r"desks\.toml"):
        tell.telling(house.services, request.id)
