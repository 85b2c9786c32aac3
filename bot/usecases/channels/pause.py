"""Pausing a desk whose channel is unfit, and letting it go on.

The requests keep their state: a pause is a condition of the channel, read when
something is to be played or posted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.rules.channels.fitness import MAX_PAUSE, desks_in, may_use, purposes
from bot.rules.desks import Holders
from bot.rules.requests.lifecycle import LIVE
from bot.usecases.context import Act
from bot.usecases.requests.notice import tell_each
from bot.usecases.services import Services
from storage.records import (
    Action,
    Channel,
    Event,
    Person,
    Request,
    Role,
)
from storage.records.outbox import (
    NotifyChannelChanged,
    NotifyPaused,
    PostThread,
    UpdateThread,
)
from storage.store import Transaction

_ALL = 100_000


def paused_desks(services: Services, tx: Transaction, now: datetime) -> list[str]:
    """The desks whose requests do not run out now, because nobody can answer them."""
    known = tx.channels.by_ids(purposes(services.desks))
    since = now - MAX_PAUSE
    return [
        desk.id
        for desk in services.desks.desks.values()
        if (channel := known.get(desk.channel_id))
        and channel.unfit_since is not None
        and channel.unfit_since > since
    ]


def desks_on_hold(services: Services, tx: Transaction) -> list[str]:
    """The desks that neither play nor post now."""
    known = tx.channels.by_ids(purposes(services.desks))
    return [
        desk.id
        for desk in services.desks.desks.values()
        if may_use(known.get(desk.channel_id)) is not None
    ]


def freeze(services: Services, tx: Transaction, act: Act, channel: Channel) -> None:
    """Say in every thread that the request is paused, and tell whoever waits."""
    desks = desks_in(services.desks, channel.id)
    for desk in desks or (None,):
        waiting = tx.requests.in_states(LIVE, [desk], _ALL) if desk else []
        numbers = {"requests": len(waiting), "people": len(channel.people)}
        tx.log.record(_event(act, Action.CHANNEL_FROZEN, channel, desk, numbers))
        for request in waiting:
            _update_thread(tx, act, request)
            tell_each(tx, act, request, NotifyPaused)


def thaw(services: Services, tx: Transaction, act: Act, before: Channel) -> None:
    """Give back the time that was lost, restore the threads, and send what was held
    back.
    """
    since = before.unfit_since or act.now
    desks = desks_in(services.desks, before.id)
    for desk in desks or (None,):
        waiting = tx.requests.in_states(LIVE, [desk], _ALL) if desk else []
        paused_s = round((act.now - since).total_seconds())
        numbers = {"requests": len(waiting), "paused_s": paused_s}
        tx.log.record(act.event(Action.CHANNEL_THAWED, desk=desk, numbers=numbers))
        for waiter in waiting:
            request = tx.requests.by_id(waiter.id, lock=True)
            if request is not None and request.state in LIVE:
                lost_time = act.now - max(since, request.asked_at)
                later = request.expires_at + max(lost_time, timedelta(0))
                tx.requests.save(request.evolve(expires_at=later))
                _update_thread(tx, act, request)
    closed = tx.requests.closed_in_channel_since(before.id, since)
    for request in closed:
        _update_thread(tx, act, request)
    live = [
        request.id
        for desk in desks
        for request in tx.requests.in_states(LIVE, [desk], _ALL)
    ]
    tx.outbox.hurry([*live, *(request.id for request in closed)], act.now)
    _tell_administrators(services, tx, act, before.id)


def report(
    services: Services,
    tx: Transaction,
    act: Act,
    channel: Channel,
    teams: Mapping[str, str],
    known: Iterable[str],
) -> None:
    """Tell the administrators what is wrong, and put on record who was seen."""
    desk = next(iter(desks_in(services.desks, channel.id)), None)
    for user_id in channel.people:
        if user_id not in known:
            seen = _event(act, Action.OUTSIDER_SEEN, channel, desk, {})
            team = teams.get(user_id, services.team_id)
            tx.log.record(replace(seen, subject=Person(team_id=team, user_id=user_id)))
    _tell_administrators(services, tx, act, channel.id)


def bring_home(services: Services, tx: Transaction, act: Act, channel_id: str) -> None:
    """A desk that moved to another channel takes its waiting requests along."""
    for desk in desks_in(services.desks, channel_id):
        for astray in tx.requests.posted_elsewhere(LIVE, desk, channel_id):
            request = tx.requests.by_id(astray.id, lock=True)
            if request is not None and request.state in LIVE:
                later = act.now + services.desks[desk].expires_after
                tx.requests.save(
                    request.evolve(
                        channel_id=None,
                        thread_ts=None,
                        expires_at=max(request.expires_at, later),
                    )
                )
                tx.outbox.enqueue(PostThread(request_id=request.id), now=act.now)


def _tell_administrators(
    services: Services, tx: Transaction, act: Act, channel_id: str
) -> None:
    who = services.desks.holders.get(Role.ADMINISTRATOR, Holders())
    for user_id in sorted(who.users | tx.groups.members(who.groups)):
        notice = NotifyChannelChanged(user_id=user_id, channel_id=channel_id)
        tx.outbox.enqueue(notice, now=act.now)


def _update_thread(tx: Transaction, act: Act, request: Request) -> None:
    if request.thread_ts is not None:
        tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)


def _event(
    act: Act,
    action: Action,
    channel: Channel,
    desk: str | None,
    numbers: dict[str, int],
) -> Event:
    return act.event(action, rule=channel.problems[0], desk=desk, numbers=numbers)
