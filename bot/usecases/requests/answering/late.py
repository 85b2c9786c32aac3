"""Late answers: sent from an open page after the request was decided.

A late answer is kept beside the result. It never counts, and it is never lost.
"""

from bot.rules.people import permission
from bot.rules.requests.agreement import agrees
from bot.usecases.context import Act
from bot.usecases.lookup import RequestRelation, acting_role, answer_form, has_heard
from storage.records import Action, Proposal, Request
from storage.store import Transaction


def may_be_late(
    tx: Transaction,
    relation: RequestRelation,
    late: Proposal,
    request: Request,
) -> bool:
    """Return whether an answer of this person is kept as a late one now.

    An answer that was counted and is sent once more is none. The lead who ruled has
    decided already. Where texts are kept no more, nothing new is kept either.
    """
    if any(ruling.lead == relation.person for ruling in relation.adjudications):
        return False
    counted = relation.own_proposal
    if counted and agrees(counted, late.answer, late.text, request.locale):
        return False
    refusal = permission.may_answer_late(
        relation,
        request,
        heard_before=_has_heard_before(relation, request),
    )
    return refusal is None and tx.late_answers.are_kept(request.id)


def _has_heard_before(relation: RequestRelation, request: Request) -> bool:
    """Return whether the person heard the span before the answers were closed."""
    closed_at = request.closed_at or request.waiting_since
    if closed_at is None:
        return False
    earlier = []
    for listen in relation.listens:
        if listen.listener == relation.person and listen.granted_at <= closed_at:
            earlier.append(listen)
    return has_heard(request, relation.snippet, earlier)


def keep_late(
    tx: Transaction,
    act: Act,
    relation: RequestRelation,
    late: Proposal,
    request: Request,
) -> None:
    """Keep an answer beside the result, on record, and drop its draft."""
    tx.late_answers.put(late)
    tx.drafts.drop(act.actor, answer_form(request.key))
    event = act.event(
        Action.PROPOSAL_LATE,
        request=request,
        role=acting_role(relation),
        numbers={"confidence": late.confidence},
    )
    tx.log.record(event)
