"""A desk whose channel is unfit stands still; mended, it goes on where it was."""

from datetime import timedelta
from functools import partial

import pytest

from bot.errors import Refused
from bot.rules.channels.fitness import (
    BELIEVED_FOR,
    MAX_PAUSE,
    ChannelMember,
    ChannelSnapshot,
    check_every,
)
from bot.usecases.channels import inspect
from bot.usecases.listening import progress
from bot.usecases.listening.request_snippet import RequestSnippet
from bot.usecases.people import home
from bot.usecases.requests import adjudicate, expire, propose, withdraw
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
from tests.product import ADA, JONAS, LENA, RAVI, ROSA, SOFIA, TEAM, Product

DESK, CHANNEL = "english-us", "C0HELPENUS"
FIT = ChannelSnapshot(
    channel_id=CHANNEL, members=(ChannelMember(user_id=ROSA, team_id=TEAM),)
)
GUEST = ChannelMember(user_id="U0GUEST01", team_id=TEAM, guest=True)
OUTSIDER = ChannelMember(user_id="U0EXTERN1", team_id="T0OTHERCO")


def see(product: Product, look: ChannelSnapshot) -> Channel:
    return inspect.save_inspection(product.services, product.worker(), look)


def with_people(*members: ChannelMember) -> ChannelSnapshot:
    return ChannelSnapshot(channel_id=CHANNEL, members=(*FIT.members, *members))


def posted(product: Product, request: Request) -> Request:
    """The request's thread is in its desk's channel."""
    with product.services.store.begin() as tx:
        tx.requests.save(request.evolve(channel_id=CHANNEL, thread_ts="1.1"))
    return product.request(request)


def last(product: Product, action: Action) -> object:
    return next(e for e in reversed(product.events()) if e.action is action)


@pytest.mark.parametrize(
    ("look", "rule"),
    [
        (with_people(GUEST), "guests_in_channel"),
        (with_people(OUTSIDER), "outsiders_in_channel"),
        (ChannelSnapshot(channel_id=CHANNEL, private=False), "channel_public"),
        (ChannelSnapshot(channel_id=CHANNEL, shared=True), "channel_shared"),
        (
            ChannelSnapshot(channel_id=CHANNEL, share_pending=True),
            "channel_share_pending",
        ),
        (ChannelSnapshot(channel_id=CHANNEL, archived=True), "channel_archived"),
        (ChannelSnapshot(channel_id=CHANNEL, reachable=False), "channel_unreachable"),
        (ChannelSnapshot(channel_id=CHANNEL, has_bot=False), "bot_removed"),
    ],
)
def test_an_unfit_channel_stops_every_player_and_the_denial_is_on_record(
    product: Product, look: ChannelSnapshot, rule: str
) -> None:
    request = product.open()
    see(product, look)
    live = progress.live(
        product.services, product.act(RAVI), RequestSnippet(request.key)
    )
    assert live.refusal is not None
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == rule
    denied = product.last_event()
    assert (denied.action, denied.outcome, denied.rule) == (
        Action.SNIPPET_HEARD,
        Outcome.DENIED,
        rule,
    )
    assert product.request(request).state is RequestState.OPEN


def test_a_channel_nobody_has_looked_at_plays_nothing(product: Product) -> None:
    request = product.open(clip="de-de-0001", span="0.5-0.9")
    with product.services.store.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM channels")
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == "channel_not_seen_yet"


def test_a_paused_desk_takes_no_answer_and_no_ruling(product: Product) -> None:
    answered, disputed = product.open(span="1.0-1.4"), product.disputed()
    product.hear(RAVI, answered)
    see(product, with_people(GUEST))
    with pytest.raises(Refused):
        product.answer(RAVI, answered, "lamp", heard=True)
    with pytest.raises(Refused):
        adjudicate.adjudicate(
            product.services,
            product.act(LENA),
            disputed.key,
            answer=Answer.WORDS,
            text="lamp",
            reason="clear",
        )
    assert product.request(disputed).state is RequestState.DISPUTED


def test_whoever_waits_is_told_and_the_threads_turn_neutral(product: Product) -> None:
    request = posted(product, product.open())
    see(product, with_people(GUEST))
    assert product.waiting().count(Task.NOTIFY_PAUSED) == 1
    assert Task.UPDATE_THREAD in product.waiting()
    assert product.waiting().count(Task.NOTIFY_CHANNEL_CHANGED) == 1
    frozen = last(product, Action.CHANNEL_FROZEN)
    assert (frozen.rule, frozen.desk) == ("guests_in_channel", DESK)  # type: ignore[attr-defined]
    assert frozen.numbers == {"requests": 1, "people": 1}  # type: ignore[attr-defined]
    assert product.request(request) == request, "a pause is no state of the request"


def test_each_outsider_is_put_on_record_once(product: Product) -> None:
    for _ in range(2):
        see(product, with_people(OUTSIDER))
    see(product, with_people(OUTSIDER, GUEST))
    seen = [e.subject for e in product.events() if e.action is Action.OUTSIDER_SEEN]
    assert [(p.team_id, p.user_id) for p in seen if p] == [
        ("T0OTHERCO", "U0EXTERN1"),
        (TEAM, "U0GUEST01"),
    ]
    # One freeze, however often it is looked at.
    assert sum(e.action is Action.CHANNEL_FROZEN for e in product.events()) == 1


def test_a_mended_channel_gives_back_the_time_that_was_lost(product: Product) -> None:
    request = posted(product, product.open())
    see(product, with_people(GUEST))
    product.pass_time(hours=30)
    expire.expire(product.services, product.worker())
    assert product.request(request).state is RequestState.OPEN, "its time stood still"
    see(product, FIT)
    assert product.request(request).expires_at == request.expires_at + timedelta(
        hours=30
    )
    thawed = last(product, Action.CHANNEL_THAWED)
    assert thawed.numbers == {"requests": 1, "paused_s": 108_000}  # type: ignore[attr-defined]
    product.answer(RAVI, request, "lamp")
    assert product.answer(JONAS, request, "lamp").request.state is RequestState.AGREED


def test_a_request_asked_during_a_pause_is_kept_and_its_asker_told(
    product: Product,
) -> None:
    see(product, with_people(GUEST))
    product.pass_time(hours=2)
    request = product.open()
    assert product.waiting().count(Task.NOTIFY_PAUSED) == 1
    assert Task.POST_THREAD in product.waiting()
    product.pass_time(hours=3)
    see(product, FIT)
    kept = product.request(request)
    assert kept.expires_at == request.expires_at + timedelta(hours=3), (
        "only its own wait counts"
    )


def test_a_pause_without_end_does_not_keep_requests_for_ever(product: Product) -> None:
    request = product.open()
    see(product, with_people(GUEST))
    product.pass_time(days=MAX_PAUSE.days, seconds=1)
    expire.expire(product.services, product.worker())
    assert product.request(request).state is RequestState.EXPIRED
    assert Task.NOTIFY_ASKER in product.waiting()


def test_a_paused_desk_holds_up_nobody_else(product: Product) -> None:
    for _ in range(3):
        product.ask(span="1.0-1.4")
    elsewhere = product.ask(clip="de-de-0001", span="0.5-0.9").request
    see(product, with_people(GUEST))
    product.pass_time(hours=25)
    expire.expire(product.services, product.worker())
    assert product.request(elsewhere).state is RequestState.EXPIRED


def test_a_request_can_be_withdrawn_during_a_pause(product: Product) -> None:
    request = product.open()
    see(product, with_people(GUEST))
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    assert product.request(request).state is RequestState.WITHDRAWN


def test_a_desk_that_moved_takes_its_waiting_requests_along(product: Product) -> None:
    request = posted(product, product.open())
    with product.services.store.begin() as tx:
        tx.requests.save(request.evolve(channel_id="C0OLD", thread_ts="9.9"))
    product.do_all()
    product.pass_time(hours=30)
    see(product, FIT)
    moved = product.request(request)
    assert (moved.channel_id, moved.thread_ts) == (None, None)
    assert moved.expires_at > product.now
    assert product.waiting() == [Task.POST_THREAD]


def test_a_settled_request_stays_where_it_is(product: Product) -> None:
    request = posted(product, product.open())
    withdraw.withdraw(product.services, product.act(ROSA), request.key)
    with product.services.store.begin() as tx:
        tx.requests.save(product.request(request).evolve(channel_id="C0OLD"))
    see(product, FIT)
    assert product.request(request).channel_id == "C0OLD"


@pytest.mark.parametrize(
    "problem", [ChannelProblem.DELETED, ChannelProblem.BOT_REMOVED]
)
def test_slack_forgetting_a_channel_does_not_hide_what_became_of_it(
    product: Product, problem: ChannelProblem
) -> None:
    inspect.mark_lost(product.services, product.worker(), CHANNEL, problem)
    channel = see(product, ChannelSnapshot(channel_id=CHANNEL, reachable=False))
    assert channel.problems == (problem,)


def test_only_channels_of_ours_are_looked_at(product: Product) -> None:
    act = product.worker()
    inspect.check_soon(product.services, act, [CHANNEL, "C0ELSEWHERE"])
    inspect.mark_lost(product.services, act, "C0ELSEWHERE", ChannelProblem.DELETED)
    assert product.waiting() == [Task.INSPECT_CHANNEL]
    with product.services.store.read() as tx:
        assert tx.channels.by_id("C0ELSEWHERE") is None


def test_a_channel_is_looked_at_again_after_a_while(product: Product) -> None:
    see(product, FIT)
    inspect.check_due(product.services, product.worker())
    others = ["the safety channel, never seen", "and that of the auditors"]
    assert product.waiting() == [Task.INSPECT_CHANNEL] * len(others)
    product.pass_time(seconds=check_every(3).total_seconds())
    inspect.check_due(product.services, product.worker())
    assert len(product.waiting()) == 6, "one waiting look is enough for each"


def test_other_apps_are_remembered_and_stop_nothing(product: Product) -> None:
    request = product.open()
    weather = ChannelMember(user_id="U0WEATHER", team_id=TEAM, app=True)
    seen = see(product, with_people(weather))
    assert (seen.fit, seen.apps) == (True, ("U0WEATHER",))
    product.hear(RAVI, request)
    with product.services.store.read() as tx:
        assert tx.channels.by_id(CHANNEL) == seen
    abroad = ChannelMember(user_id="U0FOREIGN", team_id="T0OTHERCO", app=True)
    assert see(product, with_people(abroad)).problems == (ChannelProblem.OUTSIDERS,)


def test_what_slack_says_nothing_about_is_doubted_in_the_end(product: Product) -> None:
    request = product.open()
    product.pass_time(minutes=59)
    inspect.doubt_stale(product.services, product.worker())
    product.hear(RAVI, request)
    product.pass_time(hours=BELIEVED_FOR.total_seconds() / 3600)
    inspect.doubt_stale(product.services, product.worker())
    with pytest.raises(Refused) as error:
        product.hear(RAVI, request)
    assert error.value.rule == "channel_unchecked"
    see(product, FIT)
    product.hear(RAVI, request)


def test_a_change_of_somebody_matters_where_they_are(product: Product) -> None:
    see(product, FIT)
    change = partial(inspect.check_changed, product.services, product.worker())
    change(SOFIA, unwelcome=True)
    change(ROSA, unwelcome=False)
    assert product.waiting() == [], "elsewhere, or no news"
    change(ROSA, unwelcome=True)
    assert product.waiting() == [Task.INSPECT_CHANNEL]
    product.do_all()
    see(product, with_people(GUEST))
    product.do_all()
    change(GUEST.user_id, unwelcome=True)
    assert product.waiting() == [], "known already"
    change(GUEST.user_id, unwelcome=False)
    assert product.waiting() == [Task.INSPECT_CHANNEL], "a full member now"


def test_only_an_administrator_may_have_a_channel_looked_at(product: Product) -> None:
    with pytest.raises(Refused) as error:
        inspect.set_up(product.services, product.act(LENA), CHANNEL)
    assert error.value.rule == "not_administrator"
    event = product.last_event()
    assert (event.action, event.outcome) == (Action.CHANNEL_CHECKED, Outcome.DENIED)
    assert product.waiting() == []
    inspect.set_up(product.services, product.act(ADA), "C0ANYWHERE")
    assert product.waiting() == [Task.INSPECT_CHANNEL, Task.NOTIFY_SETUP_RESULT]
    assert product.last_event().outcome is Outcome.ALLOWED


def test_a_channel_without_a_desk_pauses_nothing_and_calls_nobody(
    product: Product,
) -> None:
    elsewhere = ChannelSnapshot(
        channel_id="C0ANYWHERE", private=False, members=(GUEST,)
    )
    events = len(product.events())
    assert see(product, elsewhere).problems[0] is ChannelProblem.PUBLIC
    assert (product.waiting(), len(product.events())) == ([], events)
    see(product, ChannelSnapshot(channel_id="C0ANYWHERE", members=FIT.members))
    assert (product.waiting(), len(product.events())) == ([], events), (
        "nothing goes on there either"
    )


def test_what_was_heard_before_the_pause_still_counts_after_it(
    product: Product,
) -> None:
    request = product.open()
    product.hear(RAVI, request)
    see(product, with_people(GUEST))
    see(product, FIT)
    propose.propose(
        product.services,
        product.act(RAVI),
        request.key,
        answer=Answer.WORDS,
        text="lamp",
        confidence=2,
    )
    with product.services.store.read() as tx:
        (proposal,) = tx.proposals.of_request(request.id)
    assert proposal.text == "lamp"


def test_home_offers_nothing_of_a_paused_desk_and_says_so(product: Product) -> None:
    request = product.open()
    product.disputed()
    see(product, with_people(GUEST))
    for user_id in (RAVI, LENA):
        lists = home.read_home(product.services, product.act(user_id))
        assert lists.can_answer.requests == ()
        assert lists.needs_ruling.requests == ()
        assert "English (US)" in lists.paused_mine
    asked = home.read_home(product.services, product.act(ROSA))
    assert request.id in [mine.id for mine in asked.asked.requests]
    assert request.desk in asked.paused
