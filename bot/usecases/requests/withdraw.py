"""Withdrawing a request."""

from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import acting_role, find_request, relate
from bot.usecases.services import Services
from storage.records import Action, Request, RequestState
from storage.records.outbox import UpdateThread


def withdraw(
    services: Services,
    act: Act,
    key: str,
) -> Request:
    """Close a request that needs no answer any more. Raises `NotFound`, `Refused`."""
    with services.store.begin() as tx:
        request = find_request(tx, key, lock=True)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_withdraw(relation, request)
        event = act.event(
            Action.REQUEST_WITHDRAWN,
            refusal=refusal,
            request=request,
            role=acting_role(relation),
        )
        tx.log.record(event)
        if refusal is None:
            request = lifecycle.move(request, RequestState.WITHDRAWN, closed_at=act.now)
            tx.requests.save(request)
            tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
    raise_refusal(refusal)
    return request
