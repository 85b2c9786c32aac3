"""Listening beyond what answering needs, or by a link of others: told to whom it
concerns.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.rules.listening.listening_budget import ENOUGH_EARS, NOTE, Curiosity, curiosity
from bot.rules.people.permission import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import IncidentKind, Listen, Request, RequestState
from storage.records.outbox import NotifyLinkTried
from storage.store import Transaction

_LISTED_ONCE_IN = timedelta(days=1)


def beyond_budget(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    earlier: Sequence[Listen],
) -> Refusal | None:
    """Why this press is one too many. A stop is put on the list of the desk's leads,
    once a day.
    """
    listeners = {listen.listener for listen in earlier}
    budget = services.desks[request.desk].budgets.listeners
    is_peer = (
        request.state is RequestState.OPEN
    )  # a dispute needs the lead's ears however many
    if is_peer and act.actor not in listeners and len(listeners) >= budget:
        return ENOUGH_EARS
    refusal = _habits(services, tx, act, request).refusal
    if refusal is not None:
        _list(tx, act, request, IncidentKind.LISTENS_A_LOT)
    return refusal


def note_for(
    services: Services, tx: Transaction, act: Act, request: Request
) -> str | None:
    """What to tell somebody who is close to being stopped; nobody else sees it."""
    return NOTE if _habits(services, tx, act, request).is_noted else None


def link_tried(tx: Transaction, act: Act, request: Request) -> None:
    """Somebody who is not of the desk came by its link: the asker and the leads are
    told.

    Once a day for each person: each asker whose links they try, and the leads once for
    all of them. The denial itself is on record.
    """
    _list(tx, act, request, IncidentKind.LINK_TRIED)
    notice = NotifyLinkTried(
        request_id=request.id,
        asker_id=request.asker.user_id,
        visitor_id=act.actor.user_id,
    )
    if not tx.outbox.was_enqueued(notice, act.now - _LISTED_ONCE_IN):
        tx.outbox.enqueue(notice, now=act.now)


def _habits(
    services: Services, tx: Transaction, act: Act, request: Request
) -> Curiosity:
    return curiosity(
        services.desks[request.desk].budgets,
        tx.listening_habits.of_listener(act.actor, act.now),
    )


def _list(tx: Transaction, act: Act, request: Request, kind: IncidentKind) -> None:
    since = act.now - _LISTED_ONCE_IN
    if tx.incidents.unseen_of(kind, act.actor, request.desk, since) is None:
        tx.incidents.add(
            kind, act.actor, desk=request.desk, now=act.now, request_id=request.id
        )
