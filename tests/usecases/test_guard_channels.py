"""A desk whose channel is unfit stands still; mended, it goes on where it was."""

from datetime import timedelta
from functools import partial

import pytest

from bot.errors import Refused
from bot.rules.channels import BELIEVED_FOR, MAX_PAUSE, Look, Member, check_every
from bot.usecases import adjudicate, expire, guard_channels, home, listen, propose, withdraw
from storage.records import (
    Action,
    Answer,
    Channel,
    ChannelProblem,
    Outcome,
    Request,
    RequestState,
    Task,
)
from tests.house import ADA, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, House

DESK, CHANNEL = "english-us", "C0HELPENUS"
FIT = Look(channel_id=CHANNEL, members=(Member(user_id=ROSA, team_id=TEAM),))
GUEST = Member(user_id="U0GUEST01", team_id=TEAM, guest=True)
OUTSIDER = Member(user_id="U0EXTERN1", team_id="T0OTHERCO")


def see(house: House, look: Look) -> Channel:
    return guard_channels.saw(house.services, house.worker(), look)


def with_people(*members: Member) -> Look:
    return Look(channel_id=CHANNEL, members=(*FIT.members, *members))


def posted(house: House, request: Request) -> Request:
    """The request's thread is in its desk's channel."""
    with house.services.store.begin() as tx:
        tx.save_request(request.evolve(channel_id=CHANNEL, thread_ts="1.1"))
    return house.request(request)


def last(house: House, action: Action) -> object:
    return next(e for e in reversed(house.events()) if e.action is action)


@pytest.mark.parametrize(
    ("look", "rule"),
    [
        (with_people(GUEST), "guests_in_channel"),
        (with_people(OUTSIDER), "outsiders_in_channel"),
        (Look(channel_id=CHANNEL, private=False), "channel_public"),
        (Look(channel_id=CHANNEL, shared=True), "channel_shared"),
        (Look(channel_id=CHANNEL, share_pending=True), "channel_share_pending"),
        (Look(channel_id=CHANNEL, archived=True), "channel_archived"),
        (Look(channel_id=CHANNEL, reachable=False), "channel_unreachable"),
        (Look(channel_id=CHANNEL, has_bot=False), "bot_removed"),
    ],
)
def test_an_unfit_channel_stops_every_player_and_the_denial_is_on_record(
    house: House, look: Look, rule: str
) -> None:
    request = house.open()
    see(house, look)
    live = listen.live(house.services, house.act(RAVI), request.key)
    assert live.refusal is not None
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == rule
    denied = house.last_event()
    assert (denied.action, denied.outcome, denied.rule) == (
        Action.SNIPPET_HEARD,
        Outcome.DENIED,
        rule,
    )
    assert house.request(request).state is RequestState.OPEN


def test_a_channel_nobody_has_looked_at_plays_nothing(house: House) -> None:
    request = house.open(clip="de-de-0001", span="0.5-0.9")
    with house.services.store.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM channels")
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == "channel_not_seen_yet"


def test_a_paused_desk_takes_no_answer_and_no_ruling(house: House) -> None:
    answered, disputed = house.open(span="1.0-1.4"), house.disputed()
    house.hear(RAVI, answered)
    see(house, with_people(GUEST))
    with pytest.raises(Refused):
        house.answer(RAVI, answered, "lamp", heard=True)
    with pytest.raises(Refused):
        adjudicate.adjudicate(
            house.services,
            house.act(LENA),
            disputed.key,
            answer=Answer.WORDS,
            text="lamp",
            reason="clear",
        )
    assert house.request(disputed).state is RequestState.DISPUTED


def test_whoever_waits_is_told_and_the_threads_turn_neutral(house: House) -> None:
    request = posted(house, house.open())
    see(house, with_people(GUEST))
    assert house.waiting().count(Task.TELL_WAITING) == 1
    assert Task.UPDATE_THREAD in house.waiting()
    assert house.waiting().count(Task.TELL_ADMINISTRATOR) == 1
    frozen = last(house, Action.CHANNEL_FROZEN)
    assert (frozen.rule, frozen.desk) == ("guests_in_channel", DESK)  # type: ignore[attr-defined]
    assert frozen.numbers == {"requests": 1, "people": 1}  # type: ignore[attr-defined]
    assert house.request(request) == request, "a pause is no state of the request"


def test_each_outsider_is_put_on_record_once(house: House) -> None:
    for _ in range(2):
        see(house, with_people(OUTSIDER))
    see(house, with_people(OUTSIDER, GUEST))
    seen = [e.subject for e in house.events() if e.action is Action.OUTSIDER_SEEN]
    assert [(p.team_id, p.user_id) for p in seen if p] == [
        ("T0OTHERCO", "U0EXTERN1"),
        (TEAM, "U0GUEST01"),
    ]
    # One freeze, however often it is looked at.
    assert sum(e.action is Action.CHANNEL_FROZEN for e in house.events()) == 1


def test_a_mended_channel_gives_back_the_time_that_was_lost(house: House) -> None:
    request = posted(house, house.open())
    see(house, with_people(GUEST))
    house.pass_time(hours=30)
    expire.expire(house.services, house.worker())
    assert house.request(request).state is RequestState.OPEN, "its time stood still"
    see(house, FIT)
    assert house.request(request).expires_at == request.expires_at + timedelta(hours=30)
    thawed = last(house, Action.CHANNEL_THAWED)
    assert thawed.numbers == {"requests": 1, "paused_s": 108_000}  # type: ignore[attr-defined]
    house.answer(RAVI, request, "lamp")
    assert house.answer(JONAS, request, "lamp").request.state is RequestState.AGREED


def test_a_request_asked_during_a_pause_is_kept_and_its_asker_told(house: House) -> None:
    see(house, with_people(GUEST))
    house.pass_time(hours=2)
    request = house.open()
    assert house.waiting().count(Task.TELL_WAITING) == 1
    assert Task.POST_THREAD in house.waiting()
    house.pass_time(hours=3)
    see(house, FIT)
    kept = house.request(request)
    assert kept.expires_at == request.expires_at + timedelta(hours=3), "only its own wait counts"


def test_a_pause_without_end_does_not_keep_requests_for_ever(house: House) -> None:
    request = house.open()
    see(house, with_people(GUEST))
    house.pass_time(days=MAX_PAUSE.days, seconds=1)
    expire.expire(house.services, house.worker())
    assert house.request(request).state is RequestState.EXPIRED
    assert Task.TELL_ASKER in house.waiting()


def test_a_paused_desk_holds_up_nobody_else(house: House) -> None:
    for _ in range(3):
        house.ask(span="1.0-1.4")
    elsewhere = house.ask(clip="de-de-0001", span="0.5-0.9").request
    see(house, with_people(GUEST))
    house.pass_time(hours=25)
    expire.expire(house.services, house.worker())
    assert house.request(elsewhere).state is RequestState.EXPIRED


def test_a_request_can_be_withdrawn_during_a_pause(house: House) -> None:
    request = house.open()
    see(house, with_people(GUEST))
    withdraw.withdraw(house.services, house.act(ROSA), request.key)
    assert house.request(request).state is RequestState.WITHDRAWN


def test_a_desk_that_moved_takes_its_waiting_requests_along(house: House) -> None:
    request = posted(house, house.open())
    with house.services.store.begin() as tx:
        tx.save_request(request.evolve(channel_id="C0OLD", thread_ts="9.9"))
    house.do_all()
    house.pass_time(hours=30)
    see(house, FIT)
    moved = house.request(request)
    assert (moved.channel_id, moved.thread_ts) == (None, None)
    assert moved.expires_at > house.now
    assert house.waiting() == [Task.POST_THREAD]


def test_a_settled_request_stays_where_it_is(house: House) -> None:
    request = posted(house, house.open())
    withdraw.withdraw(house.services, house.act(ROSA), request.key)
    with house.services.store.begin() as tx:
        tx.save_request(house.request(request).evolve(channel_id="C0OLD"))
    see(house, FIT)
    assert house.request(request).channel_id == "C0OLD"


@pytest.mark.parametrize("problem", [ChannelProblem.DELETED, ChannelProblem.BOT_REMOVED])
def test_slack_forgetting_a_channel_does_not_hide_what_became_of_it(
    house: House, problem: ChannelProblem
) -> None:
    guard_channels.lost(house.services, house.worker(), CHANNEL, problem)
    channel = see(house, Look(channel_id=CHANNEL, reachable=False))
    assert channel.problems == (problem,)


def test_only_channels_of_ours_are_looked_at(house: House) -> None:
    act = house.worker()
    guard_channels.check_soon(house.services, act, [CHANNEL, "C0ELSEWHERE"])
    guard_channels.lost(house.services, act, "C0ELSEWHERE", ChannelProblem.DELETED)
    assert house.waiting() == [Task.CHECK_CHANNEL]
    with house.services.store.read() as tx:
        assert tx.channel("C0ELSEWHERE") is None


def test_a_channel_is_looked_at_again_after_a_while(house: House) -> None:
    see(house, FIT)
    guard_channels.check_due(house.services, house.worker())
    others = ["the safety channel, never seen", "and that of the auditors"]
    assert house.waiting() == [Task.CHECK_CHANNEL] * len(others)
    house.pass_time(seconds=check_every(3).total_seconds())
    guard_channels.check_due(house.services, house.worker())
    assert len(house.waiting()) == 6, "one waiting look is enough for each"


def test_other_apps_are_remembered_and_stop_nothing(house: House) -> None:
    request = house.open()
    weather = Member(user_id="U0WEATHER", team_id=TEAM, app=True)
    seen = see(house, with_people(weather))
    assert (seen.fit, seen.apps) == (True, ("U0WEATHER",))
    house.hear(RAVI, request)
    with house.services.store.read() as tx:
        assert tx.channel(CHANNEL) == seen
    abroad = Member(user_id="U0FOREIGN", team_id="T0OTHERCO", app=True)
    assert see(house, with_people(abroad)).problems == (ChannelProblem.OUTSIDERS,)


def test_what_slack_says_nothing_about_is_doubted_in_the_end(house: House) -> None:
    request = house.open()
    house.pass_time(minutes=59)
    guard_channels.doubt_stale(house.services, house.worker())
    house.hear(RAVI, request)
    house.pass_time(hours=BELIEVED_FOR.total_seconds() / 3600)
    guard_channels.doubt_stale(house.services, house.worker())
    with pytest.raises(Refused) as error:
        house.hear(RAVI, request)
    assert error.value.rule == "channel_unchecked"
    see(house, FIT)
    house.hear(RAVI, request)


def test_a_change_of_somebody_matters_where_they_are(house: House) -> None:
    see(house, FIT)
    change = partial(guard_channels.check_changed, house.services, house.worker())
    change(SOFIA, unwelcome=True)
    change(ROSA, unwelcome=False)
    assert house.waiting() == [], "elsewhere, or no news"
    change(ROSA, unwelcome=True)
    assert house.waiting() == [Task.CHECK_CHANNEL]
    house.do_all()
    see(house, with_people(GUEST))
    house.do_all()
    change(GUEST.user_id, unwelcome=True)
    assert house.waiting() == [], "known already"
    change(GUEST.user_id, unwelcome=False)
    assert house.waiting() == [Task.CHECK_CHANNEL], "a full member now"


def test_only_an_administrator_may_have_a_channel_looked_at(house: House) -> None:
    with pytest.raises(Refused) as error:
        guard_channels.set_up(house.services, house.act(LENA), CHANNEL)
    assert error.value.rule == "not_administrator"
    event = house.last_event()
    assert (event.action, event.outcome) == (Action.CHANNEL_CHECKED, Outcome.DENIED)
    assert house.waiting() == []
    guard_channels.set_up(house.services, house.act(ADA), "C0ANYWHERE")
    assert house.waiting() == [Task.CHECK_CHANNEL, Task.TELL_SETUP]
    assert house.last_event().outcome is Outcome.ALLOWED


def test_a_channel_without_a_desk_pauses_nothing_and_calls_nobody(house: House) -> None:
    elsewhere = Look(channel_id="C0ANYWHERE", private=False, members=(GUEST,))
    events = len(house.events())
    assert see(house, elsewhere).problems[0] is ChannelProblem.PUBLIC
    assert (house.waiting(), len(house.events())) == ([], events)
    see(house, Look(channel_id="C0ANYWHERE", members=FIT.members))
    assert (house.waiting(), len(house.events())) == ([], events), "nothing goes on there either"


def test_what_was_heard_before_the_pause_still_counts_after_it(house: House) -> None:
    request = house.open()
    house.hear(RAVI, request)
    see(house, with_people(GUEST))
    see(house, FIT)
    propose.propose(
        house.services,
        house.act(RAVI),
        request.key,
        answer=Answer.WORDS,
        text="lamp",
        confidence=2,
    )


def test_home_offers_nothing_of_a_paused_desk_and_says_so(house: House) -> None:
    request = house.open()
    house.disputed()
    see(house, with_people(GUEST))
    for user_id in (RAVI, LENA):
        lists = home.home(house.services, house.act(user_id))
        assert (lists.can_answer, lists.needs_ruling) == ((), ())
        assert "English (US)" in lists.paused_mine
    asked = home.home(house.services, house.act(ROSA))
    assert request.id in [mine.id for mine in asked.asked]
    assert request.desk in asked.paused
