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

    A desk on which nothing waits has none. It is no act on a recording.
    """
    n_desks = 0
    for desk in services.desks.desks.values():
        if not has_just_ended(desk.access_conditions, act.now, _WITHIN):
            continue
        waiting = read_waiting(services, act.now, [desk.id])
        if not any(found.count for found in waiting.values()):
            continue
        with services.store.begin() as tx:
            if tx.rounds.start(desk_round("hand_over", desk.id), act.now, _APART):
                _enqueue(services, tx, act, desk)
                n_desks += 1
    return n_desks


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
