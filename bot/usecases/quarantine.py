"""Stop - distressing: one press closes a clip to everybody; a safety officer opens it again."""

from bot.errors import Conflict
from bot.rules import permission
from bot.usecases.services import (
    Act,
    Services,
    acting_role,
    find,
    house_roles,
    raise_refusal,
    relate,
)
from storage.records import Action, Request, RequestState, Role, Task

_LIVE = (
    RequestState.RENDERING,
    RequestState.OPEN,
    RequestState.DISPUTED,
)


def stop(services: Services, act: Act, key: str) -> Request:
    """Close the clip of this request at once, with every live request on it. No reason is asked.

    Pressing twice, or beside somebody else, is answered the same way.
    """
    with services.store.begin() as tx:
        request = find(tx, key)
        tx.lock_clip(request.clip_id)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_stop(relation, request)
        tx.record(
            act.event(
                Action.CLIP_QUARANTINED,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
        )
        if refusal is None:
            if not relation.quarantined:
                tx.add_quarantine(request.clip_id, request.id, act.actor, act.now)
                tx.enqueue(Task.PAGE_SAFETY, lane="safety", now=act.now, request_id=request.id)
            for live in tx.requests_on_clip(request.clip_id, _LIVE, lock=True):
                tx.save_request(live.evolve(state=RequestState.QUARANTINED, closed_at=act.now))
                tx.enqueue(Task.UPDATE_THREAD, lane=live.name, now=act.now, request_id=live.id)
        request = find(tx, key)
    raise_refusal(refusal)
    return request


def release(services: Services, act: Act, key: str) -> Request:
    """Open a closed clip again. Its requests stay closed; people may ask anew."""
    with services.store.begin() as tx:
        request = find(tx, key)
        tx.lock_clip(request.clip_id)
        refusal = permission.may_release(house_roles(services, tx, act.actor))
        was_closed = refusal is None and tx.release_quarantine(request.clip_id, act.now)
        if refusal is not None or was_closed:
            tx.record(
                act.event(
                    Action.CLIP_RELEASED,
                    refusal=refusal,
                    request=request,
                    role=Role.SAFETY_OFFICER if refusal is None else None,
                )
            )
    raise_refusal(refusal)
    if not was_closed:
        raise Conflict("This recording is open already.")
    return request
