"""Asking about a settled word: its outcome first; asking anew counts as an appeal."""

from collections.abc import Iterable
from dataclasses import replace

from bot.errors import Conflict, HelpClipError, Invalid
from bot.rules.people import permission
from bot.rules.reasons import check_reason
from bot.rules.requests import lifecycle
from bot.text import text
from bot.text.requests import describe_result
from bot.usecases.context import Act
from bot.usecases.lookup import RequestRelation, acting_role, relate
from bot.usecases.requests.appeal import appeal_refusal, reopen
from bot.usecases.requests.ask_form import is_of_tool
from bot.usecases.services import Services
from storage.records import Action, Request, Role, Span
from storage.store import Transaction

FIELD = "anew"
# No lead can decide on an appeal after these.
_TOO_LATE = ("appeal_late", "no_other_lead")


def find_settled(
    services: Services,
    tx: Transaction,
    act: Act,
    earlier: Iterable[Request],
    span: Span,
) -> tuple[Request, RequestRelation] | None:
    """Return the newest settled request that overlaps the span and the actor may see.

    `earlier` are the requests about the clip, oldest first.
    """
    for request in reversed(list(earlier)):
        if request.state not in lifecycle.SETTLED:
            continue
        if not request.span.overlaps(span) or not is_of_tool(act, request.desk):
            continue
        relation = relate(services, tx, act.actor, request)
        if permission.may_view(relation, request) is None:
            return request, relation
    return None


def read_reason(typed: str) -> str:
    """Return the reason for asking anew, empty if there is none. Raises `Invalid`."""
    if not typed.strip():
        return ""
    try:
        return check_reason(typed, missing="requests.appeal.reason_missing")
    except Invalid as error:
        raise Invalid(str(error), field=FIELD) from None


def show_outcome(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    relation: RequestRelation,
) -> HelpClipError:
    """Return the notice that the word is settled, at the field for a reason.

    It never holds a personal word, and no word at all for a work tool. Reading it is on
    record.
    """
    event = act.event(
        Action.REQUEST_VIEWED,
        request=request,
        role=acting_role(relation),
    )
    tx.log.record(event)
    if act.tool is not None:
        return Conflict(text("work_tools.ask.settled", request=request.name))
    key = "requests.ask_anew.settled"
    if request.settled_personal:
        key = "requests.ask_anew.settled_personal"
    sentence = text(
        key,
        request=request.name,
        result=describe_result(request),
        desk=services.desks[request.desk].name,
    )
    return Invalid(sentence, field=FIELD)


def appeal_anew(
    services: Services,
    tx: Transaction,
    act: Act,
    request: Request,
    relation: RequestRelation,
    *,
    guess: str | None,
    reason: str,
) -> Request | Invalid | None:
    """Join a settled request and appeal against its word; None where that is too late.

    It is too late without a snippet that a lead can hear, or without a lead outside of
    it: the word is asked anew then. A refusal is returned for the form.
    """
    joined = replace(relation, has_joined=True)
    refusal = appeal_refusal(services, tx, joined, request)
    if refusal is not None and refusal.rule in _TOO_LATE:
        return None
    if refusal is not None:
        event = act.event(
            Action.REQUEST_APPEALED,
            refusal=refusal,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        return Invalid(refusal.sentence, field=FIELD)
    if request.asker != act.actor:
        tx.requests.add_follower(request.id, act.actor, guess, act.now)
        event = act.event(
            Action.REQUEST_JOINED,
            request=request,
            role=Role.REVIEWER,
        )
        tx.log.record(event)
    event = act.event(
        Action.REQUEST_APPEALED,
        request=request,
        role=acting_role(relation),
    )
    tx.log.record(event)
    return reopen(tx, act, request, reason)
