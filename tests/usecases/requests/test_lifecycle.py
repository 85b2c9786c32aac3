"""Withdrawing, stopping, expiring, purging, delivering, signing in."""

from dataclasses import replace

import pytest

from bot.errors import Refused, Unavailable
from bot.usecases.distress import stop_clip
from bot.usecases.erasure import purge
from bot.usecases.people import home, sessions
from bot.usecases.requests import deliver, expire, notice, withdraw
from storage.records import Action, Outcome, RequestState, Task
from tests.product import AMIR, JONAS, LENA, RAVI, ROSA, STRANGER, Product


def test_the_asker_may_withdraw_and_a_peer_may_not(product: Product) -> None:
    request = product.open(ROSA)
    with pytest.raises(Refused):
        withdraw.withdraw(product.services, product.act(RAVI), request.key)
    assert product.last_event().outcome is Outcome.DENIED
    closed = withdraw.withdraw(product.services, product.act(ROSA), request.key)
    assert closed.state is RequestState.WITHDRAWN


def test_stopping_closes_every_live_request_on_the_clip(product: Product) -> None:
    first = product.open(ROSA)
    second = product.render(product.ask(RAVI, span="0.1-0.6").request)
    stop_clip.stop(product.services, product.act(JONAS), first.key)
    for request in (first, second):
        assert product.request(request).state is RequestState.QUARANTINED
    assert Task.PAGE_OFFICER in product.waiting()


def test_stopping_twice_pages_the_officers_once(product: Product) -> None:
    request = product.open(ROSA)
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    stop_clip.stop(product.services, product.act(RAVI), request.key)
    assert product.waiting().count(Task.PAGE_OFFICER) == 1


def test_a_settled_clip_may_still_be_stopped(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    stop_clip.stop(product.services, product.act(JONAS), request.key)
    with product.services.store.read() as tx:
        assert tx.quarantines.is_active(request.clip_id)
    assert product.request(request).state is RequestState.AGREED


def test_a_stranger_stops_nothing(product: Product) -> None:
    request = product.open(ROSA)
    with pytest.raises(Refused):
        stop_clip.stop(product.services, product.act(STRANGER), request.key)
    assert product.request(request).state is RequestState.OPEN


def test_a_request_nobody_settles_expires_and_the_asker_is_told(
    product: Product,
) -> None:
    request = product.open(ROSA)
    assert expire.expire(product.services, product.worker()) == 0
    product.pass_time(hours=24, seconds=1)
    assert expire.expire(product.services, product.worker()) == 1
    assert product.request(request).state is RequestState.EXPIRED
    assert product.last_event().action is Action.REQUEST_EXPIRED


def test_a_snippet_goes_when_its_time_is_over_and_a_quarantined_one_stays(
    product: Product,
) -> None:
    settled = product.open(ROSA)
    product.answer(RAVI, settled, "lamp")
    product.answer(JONAS, settled, "lamp")
    stopped = product.render(
        product.ask(ROSA, clip="en-us-0006", span="2.8-3.5").request
    )
    stop_clip.stop(product.services, product.act(JONAS), stopped.key)
    assert purge.purge(product.services, product.worker()).snippets == 0
    product.pass_time(hours=25)
    assert purge.purge(product.services, product.worker()).snippets == 1
    with product.services.store.read() as tx:
        assert tx.snippets.of_request(settled.id) is None
        assert tx.snippets.of_request(stopped.id) is not None
    assert Action.SNIPPET_PURGED in [event.action for event in product.events()]


def test_delivery_is_on_record_and_closes_the_request(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    deliver.deliver(product.services, product.worker(), request.id, f"{request.name}/1")
    assert product.request(request).state is RequestState.DELIVERED
    assert [r.text for r in product.services.sink.results()] == ["lamp"]


def test_a_sink_that_is_away_is_a_state_and_then_forgotten(product: Product) -> None:
    request = product.open(ROSA)
    product.answer(RAVI, request, "lamp")
    product.answer(JONAS, request, "lamp")

    class Away:
        def deliver(self, _: object) -> None:
            raise Unavailable("The result sink does not answer.")

    real = product.services
    product.services = replace(real, sink=Away())  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        deliver.deliver(
            product.services, product.worker(), request.id, f"{request.name}/1"
        )
    assert product.request(request).state is RequestState.DELIVERY_FAILED
    assert product.last_event().outcome is Outcome.FAILED
    deliver.deliver(real, product.worker(), request.id, f"{request.name}/1")
    assert product.request(request).state is RequestState.DELIVERED


def test_everybody_who_asked_is_told(product: Product) -> None:
    request = product.open(ROSA)
    product.ask(RAVI)
    read = notice.read_notice(product.services, request.id)
    assert read is not None
    assert [person.user_id for person in read.recipients] == [ROSA, RAVI]


def test_home_lists_what_one_can_do(product: Product) -> None:
    mine = product.open(ROSA)
    dispute = product.render(
        product.ask(ROSA, clip="en-us-0008", span="1.3-2.0").request
    )
    product.answer(RAVI, dispute, "a")
    product.answer(JONAS, dispute, "b")
    ravis = home.read_home(product.services, product.act(RAVI))
    assert [r.id for r in ravis.can_answer.requests] == [mine.id]
    assert ravis.needs_ruling.requests == ()
    lenas = home.read_home(product.services, product.act(LENA))
    assert [r.id for r in lenas.needs_ruling.requests] == [dispute.id]
    rosas = home.read_home(product.services, product.act(ROSA))
    assert {r.id for r in rosas.asked.requests} == {mine.id, dispute.id}
    assert rosas.can_answer.requests == ()
    product.answer(RAVI, mine, "lamp")
    ravis = home.read_home(product.services, product.act(RAVI))
    assert ravis.can_answer.requests == ()
    assert home.read_home(product.services, product.act(STRANGER)).roles == frozenset()


def test_a_session_lasts_eight_hours_and_ends_on_sign_out(product: Product) -> None:
    started = sessions.start_session(product.services, product.act(AMIR), browser="b")
    assert sessions.session_of(product.services, started.token, product.now) is not None
    product.pass_time(hours=8, seconds=1)
    assert sessions.session_of(product.services, started.token, product.now) is None
    again = sessions.start_session(product.services, product.act(AMIR), browser="b")
    sessions.end_session(product.services, product.act(AMIR), again.token)
    assert sessions.session_of(product.services, again.token, product.now) is None


def test_somebody_of_another_workspace_cannot_sign_in(product: Product) -> None:
    with pytest.raises(Refused):
        sessions.start_session(
            product.services, product.act(ROSA, team="T0OTHERCO"), browser="b"
        )
    assert product.last_event().rule == "other_team"


def test_each_stopped_clip_is_reported(product: Product) -> None:
    first = product.open(ROSA)
    second = product.render(
        product.ask(ROSA, clip="en-us-0006", span="2.8-3.5").request
    )
    for request in (first, second):
        stop_clip.stop(product.services, product.act(JONAS), request.key)
    assert product.waiting().count(Task.PAGE_OFFICER) == 2


def test_everybody_who_asked_is_told_when_it_expires(product: Product) -> None:
    product.open(ROSA)
    product.ask(RAVI)
    product.pass_time(hours=25)
    expire.expire(product.services, product.worker())
    assert product.waiting().count(Task.NOTIFY_ASKER) == 2


def test_a_desk_that_was_taken_away_keeps_no_snippet_for_ever(product: Product) -> None:
    request = product.open(ROSA)
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    product.services = replace(
        product.services, desks=replace(product.services.desks, desks={})
    )
    product.pass_time(hours=25)
    assert purge.purge(product.services, product.worker()).snippets == 1
    with pytest.raises(Unavailable, match=r"desks\.toml"):
        notice.read_notice(product.services, request.id)
