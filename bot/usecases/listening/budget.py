"""Refusals and reports of listening beyond the budget, or by another desk's link."""

from collections.abc import Sequence
from datetime import timedelta

from bot.rules.listening.listening_budget import ENOUGH_EARS, measure_use
from bot.rules.refusals import Refusal
from bot.rules.requests.exposure import SPEAKER_COUNTS_FOR, may_hear_more
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
    """Return the refusal of a press beyond the budget, or None.

    A listener beyond a budget is put on the list of the desk's leads, once a day. A
    disputed request is never refused for how much was heard of its clip, because its
    lead must hear it. `earlier` holds the listens of every person to this request.
    """
    if _has_enough_listeners(services, act, request, earlier):
        return ENOUGH_EARS
    desk = services.desks[request.desk]
    habits, heard = tx.listening_habits.with_heard(
        act.actor,
        act.now,
        clip_id=request.clip_id,
        speaker=request.speaker,
        since=act.now - SPEAKER_COUNTS_FOR,
    )
    if request.state is RequestState.OPEN:
        refusal = may_hear_more(desk.exposure, heard, request)
        if refusal is not None:
            return refusal
    refusal = measure_use(desk.budgets, habits).refusal
    if refusal is not None:
        report_to_leads(tx, act, request, IncidentKind.LISTENS_A_LOT)
    return refusal


def note_for(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
) -> str | None:
    """Return the private notice that a budget is nearly spent, or None."""
    budgets = services.desks[request.desk].budgets
    habits = tx.listening_habits.of_listener(act.actor, act.now)
    if measure_use(budgets, habits).is_noted:
        return text("listening.budget.note")
    return None


def link_tried(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Report that a person opened the link of a desk they do not belong to.

    Once a day for each person, the leads are notified for all links, and each asker for
    their own links. The denial itself is on record.
    """
    report_to_leads(tx, act, request, IncidentKind.LINK_TRIED)
    notice = NotifyLinkTried(
        request_id=request.id,
        asker_id=request.asker.user_id,
        visitor_id=act.actor.user_id,
    )
    since = act.now - _REPORTED_ONCE_IN
    if not tx.outbox.was_enqueued(notice, since):
        tx.outbox.enqueue(notice, now=act.now)


def _has_enough_listeners(
    services: Services,
    act: Act,
    request: Request,
    earlier: Sequence[Listen],
) -> bool:
    """Return whether enough other people have heard an open request.

    A disputed request is never refused here, because its lead must hear it.
    """
    if request.state is not RequestState.OPEN:
        return False
    listeners = {listen.listener for listen in earlier}
    if act.actor in listeners:
        return False
    return len(listeners) >= services.desks[request.desk].budgets.listeners


def report_to_leads(
    tx: Transaction,
    act: Act,
    request: Request,
    kind: IncidentKind,
) -> None:
    """Put this person on the list of the desk's leads, unless they are on it today."""
    since = act.now - _REPORTED_ONCE_IN
    if tx.incidents.unseen_of(kind, act.actor, request.desk, since) is not None:
        return
    tx.incidents.add(
        kind,
        act.actor,
        desk=request.desk,
        now=act.now,
        request_id=request.id,
    )
