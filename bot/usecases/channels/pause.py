"""Pausing a desk with an unfit channel, and resuming it.

The requests keep their state: a pause is a condition of the channel, read before a
snippet is played or a message is posted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.rules.channels.fitness import MAX_PAUSE, desks_in, may_use, purposes
from bot.rules.requests import clocks
from bot.rules.requests.lifecycle import LIVE
from bot.usecases.context import Act
from bot.usecases.lookup import people_of
from bot.usecases.requests.notice import notify_each
from bot.usecases.services import Services
from storage.records import Action, Channel, Event, Request, Role
from storage.records.outbox import (
    NotifyChannelChanged,
    NotifyPaused,
    PostThread,
    UpdateThread,
)
from storage.store import Transaction


def paused_desks(
    services: Services,
    tx: Transaction,
    now: datetime,
) -> list[str]:
    """Return the desks with a stopped expiry clock, because answering is impossible."""
    known = tx.channels.by_ids(purposes(services.desks))
    since = now - MAX_PAUSE
    paused_channels = {
        channel.id
        for channel in known.values()
        if channel.unfit_since is not None and channel.unfit_since > since
    }
    desks = services.desks.desks.values()
    return [desk.id for desk in desks if desk.channel_id in paused_channels]


def unfit_desks(services: Services, tx: Transaction) -> list[str]:
    """Return the desks that neither play nor post now."""
    known = tx.channels.by_ids(purposes(services.desks))
    return [
        desk.id
        for desk in services.desks.desks.values()
        if may_use(known.get(desk.channel_id)) is not None
    ]


def freeze(
    services: Services,
    tx: Transaction,
    act: Act,
    channel: Channel,
) -> None:
    """Mark every thread as paused, and notify the waiting people."""
    for desk in _desks_or_none(services, channel.id):
        waiting = _live_requests(tx, desk)
        numbers = {
            "requests": len(waiting),
            "people": len(channel.people),
        }
        tx.log.record(
            _event(
                act,
                Action.CHANNEL_FROZEN,
                channel,
                desk,
                numbers,
            )
        )
        for request in waiting:
            _update_thread(tx, act, request)
            notify_each(
                tx,
                act,
                request,
                NotifyPaused,
            )


def thaw(
    services: Services,
    tx: Transaction,
    act: Act,
    before: Channel,
) -> None:
    """Give back the lost time, restore the threads, and send the postponed messages."""
    since = before.unfit_since or act.now
    paused_s = round((act.now - since).total_seconds())
    live: list[int] = []
    for desk in _desks_or_none(services, before.id):
        waiting = _live_requests(tx, desk)
        live += [request.id for request in waiting]
        numbers = {
            "requests": len(waiting),
            "paused_s": paused_s,
        }
        tx.log.record(
            act.event(
                Action.CHANNEL_THAWED,
                desk=desk,
                numbers=numbers,
            )
        )
        for request in waiting:
            _give_time_back(
                tx,
                act,
                request.id,
                since,
            )
    closed = tx.requests.closed_in_channel_since(before.id, since)
    for request in closed:
        _update_thread(tx, act, request)
    tx.outbox.hurry([*live, *(request.id for request in closed)], act.now)
    _notify_administrators(
        services,
        tx,
        act,
        before.id,
    )


def report_unfit(
    services: Services,
    tx: Transaction,
    act: Act,
    channel: Channel,
    teams: Mapping[str, str],
    known: Iterable[str],
) -> None:
    """Notify the administrators of the problems, and record each person new in it.

    `teams` are the Slack teams of the people in the channel by user id; `known` are the
    user ids on record already.
    """
    desk = next(iter(desks_in(services.desks, channel.id)), None)
    for user_id in channel.people:
        if user_id not in known:
            event = _event(
                act,
                Action.OUTSIDER_SEEN,
                channel,
                desk,
                {},
            )
            team_id = teams.get(user_id, services.team_id)
            outsider = services.person(user_id, team_id=team_id)
            tx.log.record(replace(event, subject=outsider))
    _notify_administrators(
        services,
        tx,
        act,
        channel.id,
    )


def bring_home(
    services: Services,
    tx: Transaction,
    act: Act,
    channel_id: str,
) -> None:
    """Post waiting requests again in the channel that their desk has moved to."""
    for desk in desks_in(services.desks, channel_id):
        for astray in tx.requests.posted_elsewhere(LIVE, desk, channel_id):
            request = tx.requests.by_id(astray.id, lock=True)
            if request is None:
                continue
            if request.state not in LIVE:
                continue
            later = act.now + services.desks[desk].expires_after
            moved = request.evolve(
                channel_id=None,
                thread_ts=None,
                expires_at=max(request.expires_at, later),
            )
            tx.requests.save(moved)
            tx.outbox.enqueue(PostThread(request_id=request.id), now=act.now)


def _desks_or_none(services: Services, channel_id: str) -> list[str | None]:
    """Return the desks of a channel, or one None: the event of a pause needs no desk."""
    return [*desks_in(services.desks, channel_id)] or [None]


def _live_requests(tx: Transaction, desk: str | None) -> list[Request]:
    if desk is None:
        return []
    return tx.requests.in_states(LIVE, [desk])


def _give_time_back(
    tx: Transaction,
    act: Act,
    request_id: int,
    since: datetime,
) -> None:
    request = tx.requests.by_id(request_id, lock=True)
    if request is None:
        return
    if request.state not in LIVE:
        return
    lost_time = act.now - max(since, request.asked_at)
    later = request.expires_at + max(lost_time, timedelta(0))
    waited = act.now - max(since, clocks.waiting_since(request))
    later_clock = clocks.set_back(request, max(waited, timedelta(0)))
    tx.requests.save(later_clock.evolve(expires_at=later))
    _update_thread(tx, act, request)


def _notify_administrators(
    services: Services,
    tx: Transaction,
    act: Act,
    channel_id: str,
) -> None:
    holders = services.desks.holders.get(Role.ADMINISTRATOR)
    for user_id in sorted(people_of(tx, holders)):
        notice = NotifyChannelChanged(
            user_id=user_id,
            channel_id=channel_id,
        )
        tx.outbox.enqueue(notice, now=act.now)


def _update_thread(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    if request.thread_ts is not None:
        tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)


def _event(
    act: Act,
    action: Action,
    channel: Channel,
    desk: str | None,
    numbers: dict[str, int],
) -> Event:
    return act.event(
        action,
        rule=channel.problems[0],
        desk=desk,
        numbers=numbers,
    )
