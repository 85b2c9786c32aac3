"""Looking for what events of Slack would have reported, after Slack left some out."""

from datetime import datetime, timedelta

from bot.rules.requests.lifecycle import TIMED
from bot.usecases.channels.inspect import check_all
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records.outbox import ReadMissed
from storage.store import Transaction

# Slack reports each minute at its end, and a report may be late.
_AT_MOST = timedelta(hours=1)


def look_for_missed(
    services: Services,
    act: Act,
    since: datetime,
) -> None:
    """Let all that events report be read again, as fast as Slack's limits allow.

    These are the people, every channel, and the messages since a time, an hour ago at
    most: those of each room that is watched, and of the threads of requests that wait
    for people. All user groups are read every 15 s anyway.
    """
    since = max(since, act.now - _AT_MOST)
    with services.store.begin() as tx:
        for name in services.people_lists.values():
            tx.readings.forget(name)
        _read_rooms(services, tx, act, since)
    check_all(services, act)


def _read_rooms(
    services: Services,
    tx: Transaction,
    act: Act,
    since: datetime,
) -> None:
    since_s = int(since.timestamp())
    for desk in services.desks.desks.values():
        for channel_id in sorted({desk.channel_id, *desk.watched}):
            room = ReadMissed(channel_id=channel_id, since_s=since_s)
            tx.outbox.enqueue(room, now=act.now)
        for request in tx.requests.in_states(TIMED, [desk.id]):
            if request.channel_id is None:
                continue
            thread = ReadMissed(
                channel_id=request.channel_id,
                since_s=since_s,
                thread_ts=request.thread_ts,
            )
            tx.outbox.enqueue(thread, now=act.now)
