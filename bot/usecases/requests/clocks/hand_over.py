"""The hand-over line at the end of a desk's hours."""

from datetime import timedelta

from bot.rules.desks import Desk
from bot.rules.listening.access_conditions import has_just_ended
from bot.usecases.channels.pause import unfit_desks
from bot.usecases.context import Act
from bot.usecases.lookup import people_of
from bot.usecases.requests.clocks.ages import read_waiting
from bot.usecases.requests.clocks.rounds import desk_round
from bot.usecases.services import Services
from storage.records import Role
from storage.records.outbox import PostHandOver
from storage.store import Transaction

# A process that starts a little late still hands over.
_WITHIN = timedelta(minutes=15)
_APART = timedelta(hours=1)


def hand_over(services: Services, act: Act) -> int:
    """Enqueue the line of each desk with hours that just ended; return their number.

    A desk on which nothing waits has none. The requests are counted once for each end
    of the hours. It is no act on a recording.
    """
    n_desks = 0
    for desk in _ended(services, act):
        waiting = read_waiting(services, act.now, [desk.id])
        n_waiting = sum(found.count for found in waiting.values())
        with services.store.begin() as tx:
            if not tx.rounds.start(_name(desk), act.now, _APART):
                continue
            if n_waiting:
                _enqueue(services, tx, act, desk)
                n_desks += 1
    return n_desks


def _ended(services: Services, act: Act) -> list[Desk]:
    """Return the desks with hours that just ended and were not handed over yet."""
    ended = [
        desk
        for desk in services.desks.desks.values()
        if has_just_ended(desk.access_conditions, act.now, _WITHIN)
    ]
    if not ended:
        return []
    with services.store.read() as tx:
        last = tx.rounds.last([_name(desk) for desk in ended])
    since = act.now - _APART
    return [desk for desk in ended if last.get(_name(desk), since) <= since]


def _name(desk: Desk) -> str:
    return desk_round("hand_over", desk.id)


def _enqueue(
    services: Services,
    tx: Transaction,
    act: Act,
    desk: Desk,
) -> None:
    """Enqueue the line to the channel, or to each lead while the desk is paused."""
    recipients = [desk.channel_id]
    if desk.id in unfit_desks(services, tx):
        recipients = sorted(people_of(tx, desk.holders.get(Role.LEAD)))
    for recipient_id in recipients:
        line = PostHandOver(
            desk_id=desk.id,
            recipient_id=recipient_id,
        )
        tx.outbox.enqueue(line, now=act.now)
