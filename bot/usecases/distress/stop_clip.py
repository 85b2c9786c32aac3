"""Stop - distressing: one press closes a clip to all. No reason is asked."""

from dataclasses import dataclass

from bot.errors import HelpClipError, Invalid, NotFound, Unavailable
from bot.rules.people import permission
from bot.rules.requests import lifecycle
from bot.text import text
from bot.usecases.context import Act, raise_refusal
from bot.usecases.distress.cases import open_case
from bot.usecases.lookup import acting_role, find_request, relate, roles_anywhere
from bot.usecases.services import Services
from storage.records import Action, Case, Request, RequestState, request_id_of
from storage.records.outbox import UpdateThread
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The outcome of a press. `request` is None for a clip without a request."""

    case: Case
    request: Request | None


def stop(
    services: Services,
    act: Act,
    key: str,
) -> Stopped:
    """Quarantine the clip of this request at once, with every live request on it.

    A second press, also of another person, gets the same answer. Raises `NotFound`,
    `Refused`.
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
            quarantine_clip(tx, act, request.clip_id, request)
            case = open_case(
                services,
                tx,
                act,
                request.clip_id,
                request=request,
            )
        request = find_request(tx, key)
    raise_refusal(refusal)
    return Stopped(case=case, request=request)


def stop_clip(
    services: Services,
    act: Act,
    named: str,
) -> Stopped:
    """Quarantine a clip given by its id, or by a request about it (HC-1042).

    Raises `NotFound` when there is no such clip, so that the reporter does not believe
    it closed; `Refused`.
    """
    try:
        clip_id, request = _named(services, named.strip())
    except HelpClipError:
        _refuse_outsider(services, act)
        raise
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
            quarantine_clip(tx, act, clip_id, request)
            case = open_case(
                services,
                tx,
                act,
                clip_id,
                request=request,
            )
    raise_refusal(refusal)
    return Stopped(case=case, request=request)


def _refuse_outsider(services: Services, act: Act) -> None:
    """Raise the recorded `Refused` of a person without a role.

    It is that of a clip that exists, so that it reveals no clip.
    """
    with services.store.begin() as tx:
        roles = roles_anywhere(services, tx, act.actor)
        refusal = permission.may_stop_clip(roles)
        if refusal is not None:
            tx.log.record(act.event(Action.CLIP_QUARANTINED, refusal=refusal))
    raise_refusal(refusal)


def quarantine_clip(
    tx: Transaction,
    act: Act,
    clip_id: str,
    request: Request | None = None,
) -> None:
    """Quarantine a clip, and every live request on it. Twice changes nothing."""
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
        raise Invalid(text("distress.stop.clip_missing"), field="clip")
    with services.store.read() as tx:
        request_id = request_id_of(named)
        if request_id is not None:
            request = tx.requests.by_id(request_id)
            if request is None:
                raise NotFound(text("distress.stop.request_unknown"))
            return request.clip_id, request
        known = tx.requests.on_clip(named)
    if known:
        return named, known[-1]
    try:
        services.clips.clip(named)
    except (
        Unavailable
        # The source does not answer: a quarantine without need is better than none.
    ):
        return named, None
    except (NotFound, Invalid):
        raise NotFound(text("distress.stop.clip_unknown")) from None
    return named, None
