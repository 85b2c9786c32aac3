"""Appeals: a settled word goes once more to a lead, one without a part in it."""

from bot.rules.people import permission
from bot.rules.reasons import check_reason
from bot.rules.refusals import Refusal, refuse
from bot.rules.requests import lifecycle
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import (
    RequestRelation,
    acting_role,
    find_request,
    people_of,
    relate,
)
from bot.usecases.services import Services
from storage.records import Action, Appeal, Request, RequestState, Role
from storage.records.outbox import PostDisputedReply, UpdateThread
from storage.store import Transaction


def appeal(
    services: Services,
    act: Act,
    key: str,
    reason: str,
) -> Request:
    """Reopen a settled request as a dispute, for its askers and proposers.

    The result that was delivered stands until a lead has ruled; the ruling sends the
    sink a further one. Raises `NotFound`, `Invalid` (with the field), `Refused`,
    `Conflict`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = appeal_refusal(services, tx, relation, request)
        why = ""
        if refusal is None:
            why = check_reason(reason, missing="requests.appeal.reason_missing")
        event = act.event(
            Action.REQUEST_APPEALED,
            refusal=refusal,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        if refusal is None:
            request = reopen(tx, act, request, why)
    raise_refusal(refusal, meanwhile=("not_settled",))
    return request


def appeal_refusal(
    services: Services,
    tx: Transaction,
    relation: RequestRelation,
    request: Request,
) -> Refusal | None:
    """Return why this person cannot appeal against this request's word, if so."""
    refusal = permission.may_appeal(
        relation,
        request,
        has_sound=relation.snippet is not None,
    )
    if refusal is None and not _has_other_lead(services, tx, relation, request):
        return refuse("no_other_lead")
    return refusal


def _has_other_lead(
    services: Services,
    tx: Transaction,
    relation: RequestRelation,
    request: Request,
) -> bool:
    """Return whether the desk has a lead without a question, answer or ruling."""
    leads = people_of(tx, services.desks[request.desk].holders.get(Role.LEAD))
    if not leads:
        return False
    # Asking anew makes the person a follower, so that another lead has to rule.
    touched = {request.asker.user_id, relation.person.user_id}
    touched.update(each.user_id for each in tx.requests.followers(request.id))
    touched.update(each.proposer.user_id for each in relation.proposals)
    touched.update(each.proposer.user_id for each in relation.late_answers)
    touched.update(each.lead.user_id for each in relation.adjudications)
    return not leads <= touched


def reopen(
    tx: Transaction,
    act: Act,
    request: Request,
    reason: str,
) -> Request:
    """Store the appeal on a locked request, and return the request as a dispute."""
    tx.appeals.add(
        Appeal(
            request_id=request.id,
            person=act.actor,
            reason=reason,
            made_at=act.now,
        )
    )
    disputed = lifecycle.move(
        request,
        RequestState.DISPUTED,
        waiting_since=act.now,
        closed_at=None,
        problem=None,
        settled_answer=None,
        settled_text=None,
        settled_personal=False,
    )
    tx.requests.save(disputed)
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
    tx.outbox.enqueue(PostDisputedReply(request_id=request.id), now=act.now)
    return disputed
