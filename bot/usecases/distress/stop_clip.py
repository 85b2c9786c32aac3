"""Stop - distressing: one press closes a clip to everybody. No reason is asked."""

from dataclasses import dataclass

from bot.errors import Invalid, NotFound, Unavailable
from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.cases import open_case
from bot.usecases.lookup import acting_role, find_request, relate, roles_anywhere
from bot.usecases.services import Services
from storage.records import Action, Case, Request, RequestState, request_id_of
from storage.records.outbox import UpdateThread
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """What a press did. `request` is None for a clip nobody has asked about."""

    case: Case
    request: Request | None


def stop(services: Services, act: Act, key: str) -> Stopped:
    """Close the clip of this request at once, with every live request on it.

    Pressing twice, or beside somebody else, is answered the same way.
    Raises `NotFound`, `Refused`.
    """
    with services.store.begin() as tx:
        request = find_request(tx, key)
        tx.clips.lock(request.clip_id)
        relation = relate(services, tx, act.actor, request)
        refusal = permission.may_stop(relation, request)
        tx.log.record(
            act.event(
                Action.CLIP_QUARANTINED,
                refusal=refusal,
                request=request,
                role=acting_role(relation),
            )
        )
        if refusal is None:
            close_clip(tx, act, request.clip_id, request)
            case = open_case(services, tx, act, request.clip_id, request=request)
        request = find_request(tx, key)
    raise_refusal(refusal)
    return Stopped(case=case, request=request)


def stop_clip(services: Services, act: Act, named: str) -> Stopped:
    """Close a clip somebody names by its id, or by a request about it (HC-1042).

    Raises `NotFound` when there is no such clip, so that nobody believes it closed;
    `Refused`.
    """
    clip_id, request = _named(services, named.strip())
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        roles = roles_anywhere(services, tx, act.actor)
        refusal = permission.may_stop_clip(roles)
        tx.log.record(
            act.event(
                Action.CLIP_QUARANTINED,
                refusal=refusal,
                request=request,
                clip_id=clip_id,
            )
        )
        if refusal is None:
            close_clip(tx, act, clip_id, request)
            case = open_case(services, tx, act, clip_id, request=request)
    raise_refusal(refusal)
    return Stopped(case=case, request=request)


def close_clip(
    tx: Transaction, act: Act, clip_id: str, request: Request | None = None
) -> None:
    """Close a clip to everybody, and every live request on it. Twice changes
    nothing.
    """
    if not tx.quarantines.is_active(clip_id):
        tx.quarantines.add(
            clip_id, request.id if request else None, act.person, act.now
        )
    for live in tx.requests.on_clip(clip_id, lifecycle.LIVE, lock=True):
        closed = lifecycle.move(live, RequestState.QUARANTINED, closed_at=act.now)
        tx.requests.save(closed)
        tx.outbox.enqueue(UpdateThread(request_id=live.id), now=act.now)


def _named(services: Services, named: str) -> tuple[str, Request | None]:
    if not named:
        raise Invalid(
            "Name the clip by its id, or by its request (HC-1042).", field="clip"
        )
    with services.store.read() as tx:
        request_id = request_id_of(named)
        if request_id is not None:
            request = tx.requests.by_id(request_id)
            if request is None:
                raise NotFound("There is no such request, so nothing was stopped.")
            return request.clip_id, request
        known = tx.requests.on_clip(named)
    if known:
        return named, known[-1]
    try:
        services.clips.clip(named)
    except (
        Unavailable
    ):  # whether it is there cannot be told now: better one closed for nothing
        return named, None
    except (NotFound, Invalid):
        raise NotFound(
            "There is no clip of that id, so nothing was stopped. Check it."
        ) from None
    return named, None
