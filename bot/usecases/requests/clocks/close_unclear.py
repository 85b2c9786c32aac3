"""Closing a late question as unintelligible, by its asker."""

from bot.rules.people import permission
from bot.rules.requests.agreement import Verdict
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import acting_role, find_request, relate
from bot.usecases.requests.settle import CLOSED_BY_ASKER, apply_verdict
from bot.usecases.services import Services
from storage.records import Action, Answer, Request, RequestState


def close_unclear(
    services: Services,
    act: Act,
    key: str,
) -> Request:
    """Settle one's own late question as "cannot tell"; the answers travel as dissent.

    Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_close_unclear(relation, request)
        if refusal is not None:
            event = act.event(
                Action.REQUEST_SETTLED,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
            tx.log.record(event)
        else:
            standing = list(relation.proposals)
            verdict = Verdict(
                state=RequestState.UNCLEAR,
                answer=Answer.CANT_TELL,
                agreeing=sum(each.answer is Answer.CANT_TELL for each in standing),
            )
            request = apply_verdict(
                tx,
                act,
                request,
                verdict,
                standing,
                how=CLOSED_BY_ASKER,
            )
    raise_refusal(refusal)
    return request
