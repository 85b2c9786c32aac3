"""Legal holds: while one stands on a clip, nothing kept of it is purged or erased."""

from bot.errors import Conflict, NotFound, Unavailable
from bot.rules.erasure.holds import check_reason, hold_length
from bot.rules.people.permission import may_hold
from bot.text import text
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, raise_refusal
from bot.usecases.erasure import erase
from bot.usecases.erasure.clip_turn import has_turn
from bot.usecases.lookup import roles_of_act
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.services import Services
from storage.records import Action, Hold, Role
from storage.store import Transaction

_BATCH = 100


def place_hold(
    services: Services,
    act: Act,
    clip_id: str,
    *,
    days: int,
    reason: str,
) -> Hold:
    """Hold a clip for 30, 90 or 365 days.

    Safety officers may, and a shell may. Raises `Invalid` (with the field), `Refused`,
    and `Unavailable` at the moment of a deletion.
    """
    why = check_reason(reason)
    length = hold_length(days)
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        if has_turn(tx, clip_id):
            raise Unavailable(text("erasure.hold.being_changed"))
        roles = roles_of_act(
            services,
            tx,
            act,
            Role.SAFETY_OFFICER,
        )
        refusal = may_hold(roles) or step_up_refusal(services, act)
        event = act.event(
            Action.HOLD_PLACED,
            refusal=refusal,
            clip_id=clip_id,
            role=_role(act, roles),
            numbers={"days": days},
        )
        tx.log.record_with(event, detail=committed_detail(reason=why))
        if refusal is None:
            hold = tx.holds.add(
                clip_id,
                act.person,
                act.now,
                act.now + length,
            )
    raise_refusal(refusal)
    return hold


def release_hold(
    services: Services,
    act: Act,
    hold_id: int,
    *,
    reason: str,
) -> Hold:
    """End a hold before its time.

    Raises `NotFound`, `Invalid`, `Refused`, `Conflict`.
    """
    why = check_reason(reason)
    with services.store.begin() as tx:
        hold = tx.holds.by_id(hold_id)
        if hold is None:
            raise NotFound(text("erasure.hold.not_found"))
        tx.clips.lock(hold.clip_id)
        roles = roles_of_act(
            services,
            tx,
            act,
            Role.SAFETY_OFFICER,
        )
        refusal = may_hold(roles) or step_up_refusal(services, act)
        ended = False
        if refusal is None:
            ended = tx.holds.end(hold_id, act.now)
        event = act.event(
            Action.HOLD_RELEASED,
            refusal=refusal,
            clip_id=hold.clip_id,
            role=_role(act, roles),
            rule=None if ended else "ended_before",
        )
        tx.log.record_with(event, detail=committed_detail(reason=why))
        if ended:
            _let_go(tx, act, hold.clip_id)
    raise_refusal(refusal)
    if not ended:
        raise Conflict(text("erasure.hold.ended"))
    return hold


def expire_holds(services: Services, act: Act) -> int:
    """End the holds with a time that is over; return their number."""
    with services.store.read() as tx:
        due = tx.holds.expired(act.now, _BATCH)
    for hold in due:
        with services.store.begin() as tx:
            tx.clips.lock(hold.clip_id)
            if tx.holds.end(hold.id, act.now):
                tx.log.record(act.event(Action.HOLD_EXPIRED, clip_id=hold.clip_id))
                _let_go(tx, act, hold.clip_id)
    return len(due)


def _let_go(
    tx: Transaction,
    act: Act,
    clip_id: str,
) -> None:
    """Resume the erasures that waited for the clip's last hold."""
    if tx.holds.held_until(clip_id) is None:
        erase.resume(tx, act, tx.receipts.open(clip_id=clip_id))


def _role(act: Act, roles: frozenset[Role]) -> Role | None:
    if act.person is None:
        return None
    if Role.SAFETY_OFFICER not in roles:
        return None
    return Role.SAFETY_OFFICER
