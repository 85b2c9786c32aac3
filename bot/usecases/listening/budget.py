"""Listening beyond the budget, or by another desk's link: refused and reported."""

from collections.abc import Sequence
from datetime import timedelta

from bot.rules.listening.listening_budget import ENOUGH_EARS, BudgetUse, measure_use
from bot.rules.refusals import Refusal
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import IncidentKind, Listen, Request, RequestState
from storage.records.outbox import NotifyLinkTried
from storage.store import Transaction

_REPORTED_ONCE_IN = timedelta(days=1)


def beyond_budget(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    earlier: Sequence[Listen],
) -> Refusal | None:
    """Return why this press is one too many, if it is.

    A person who has spent a budget is put on the list of the desk's leads, once a day.
    `earlier` are the listens of every person to this request.
    """
    if _has_enough_listeners(services, act, request, earlier):
        return ENOUGH_EARS
    refusal = _budget_use(services, tx, act, request).refusal
    if refusal is not None:
        _report(tx, act, request, IncidentKind.LISTENS_A_LOT)
    return refusal


def note_for(
    services: Services, tx: Transaction, act: Act, request: Request
) -> str | None:
    """Return the private notice to a person who is close to a budget, if they are."""
    if _budget_use(services, tx, act, request).is_noted:
        return text("listening.budget.note")
    return None


def link_tried(tx: Transaction, act: Act, request: Request) -> None:
    """Report that a person who does not belong to the desk opened its link.

    Once a day for each person: the leads are notified once for all links, and each
    asker whose links the person tries. The denial itself is on record.
    """
    _report(tx, act, request, IncidentKind.LINK_TRIED)
    notice = NotifyLinkTried(
        request_id=request.id,
        asker_id=request.asker.user_id,
        visitor_id=act.actor.user_id,
    )
    since = act.now - _REPORTED_ONCE_IN
    if not tx.outbox.was_enqueued(notice, since):
        tx.outbox.enqueue(notice, now=act.now)


def _has_enough_listeners(
    services: Services, act: Act, request: Request, earlier: Sequence[Listen]
) -> bool:
    """Return whether enough other people have heard an open request.

    A disputed request needs the lead's ears, however many have heard it.
    """
    if request.state is not RequestState.OPEN:
        return False
    listeners = {listen.listener for listen in earlier}
    if act.actor in listeners:
        return False
    return len(listeners) >= services.desks[request.desk].budgets.listeners


def _budget_use(
    services: Services, tx: Transaction, act: Act, request: Request
) -> BudgetUse:
    """Return how much of the desk's budgets this person has used."""
    budgets = services.desks[request.desk].budgets
    habits = tx.listening_habits.of_listener(act.actor, act.now)
    return measure_use(budgets, habits)


def _report(tx: Transaction, act: Act, request: Request, kind: IncidentKind) -> None:
    """Put this person on the list of the desk's leads, unless they are on it today."""
    since = act.now - _REPORTED_ONCE_IN
    if tx.incidents.unseen_of(kind, act.actor, request.desk, since) is not None:
        return
    tx.incidents.add(
        kind, act.actor, desk=request.desk, now=act.now, request_id=request.id
    )
