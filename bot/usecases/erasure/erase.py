"""Erasing: a clip closes at once, then its data is cleaned place after place.

Each place has a receipt. A legal hold keeps the data until it ends; no listen is
granted meanwhile.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.rules.erasure.holds import check_reason
from bot.rules.people import permission
from bot.rules.refusals import Refusal
from bot.rules.requests import lifecycle
from bot.usecases.committed_detail import committed_detail
from bot.usecases.context import Act, raise_refusal
from bot.usecases.lookup import roles_of_act
from bot.usecases.people.step_up import step_up_refusal
from bot.usecases.requests.notice import notify_askers
from bot.usecases.services import Services
from storage.records import (
    Action,
    Erasure,
    Person,
    Place,
    Receipt,
    Request,
    RequestState,
    Role,
    Why,
)
from storage.records.outbox import ErasePlace, UpdateThread
from storage.store import Transaction

# A place that is not clean after this time is overdue, and red in `help-clip check`.
DUE = {
    Place.PLAYERS: timedelta(seconds=2),
    Place.KEY: timedelta(hours=1),
    Place.SNIPPETS: timedelta(hours=1),
    Place.WORDS: timedelta(hours=1),
    Place.SLACK: timedelta(hours=4),
    Place.EXPORTS: timedelta(hours=24),
    Place.SESSIONS: timedelta(hours=1),
}
HELD_BACK = {Place.KEY, Place.SNIPPETS, Place.WORDS, Place.EXPORTS}

_PLACES = {
    Why.ASKED: (Place.KEY, Place.SNIPPETS, Place.WORDS, Place.EXPORTS),
    Why.ACCIDENTAL: (Place.KEY, Place.SNIPPETS, Place.WORDS, Place.EXPORTS),
    Why.CONSENT: (Place.KEY, Place.SNIPPETS, Place.WORDS),
}


def erase_clip(
    services: Services,
    act: Act,
    clip_id: str,
    *,
    reason: str,
) -> Erasure:
    """Erase one clip.

    Administrators may, a shell may, and the recordings' own system by a signed call.
    Raises `Invalid`, `Refused`.
    """
    why = check_reason(reason)
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        refusal = _asked(
            services,
            tx,
            act,
            why,
            clip_id=clip_id,
        )
        erasure = None
        if refusal is None:
            erasure = begin(
                tx,
                act,
                clip_id,
                Why.ASKED,
            )
    raise_refusal(refusal)
    assert erasure is not None
    return erasure


def erase_speaker(
    services: Services,
    act: Act,
    speaker: str,
    *,
    reason: str,
) -> list[Erasure]:
    """Erase all clips of a speaker, and bar requests about further ones.

    Raises the errors of `erase_clip`.
    """
    why = check_reason(reason)
    with services.store.begin() as tx:
        refusal = _asked(
            services,
            tx,
            act,
            why,
        )
        if refusal is None:
            tx.clips.bar_speaker(speaker, Why.ASKED, act.now)
        clips = tx.clips.of_speaker(speaker)
    raise_refusal(refusal)
    return [
        erase_clip(
            services,
            act,
            clip_id,
            reason=reason,
        )
        for clip_id in clips
    ]


def erase_person(
    services: Services,
    act: Act,
    person: Person,
    *,
    reason: str,
) -> Erasure:
    """Sign a user out and erase the text they typed. The log keeps their id."""
    why = check_reason(reason)
    with services.store.begin() as tx:
        refusal = _asked(
            services,
            tx,
            act,
            why,
            subject=person,
        )
        erasure = None
        if refusal is None:
            erasure = tx.erasures.add(
                clip_id=None,
                person=person,
                why=Why.ASKED,
                now=act.now,
            )
            for place in (Place.SESSIONS, Place.WORDS):
                _add(tx, erasure, place)
    raise_refusal(refusal)
    assert erasure is not None
    return erasure


def begin(
    tx: Transaction,
    act: Act,
    clip_id: str,
    why: Why,
    *,
    for_good: bool = True,
    asks_source: bool = True,
) -> Erasure:
    """Close a clip that the caller has locked, and enqueue the cleaning of every place.

    With `for_good` no request about it is taken again, whatever its source reports.
    With `asks_source` the source is asked to delete it, except without consent, where
    the source knows. An erasure of the clip that waits ends with this one.
    """
    tx.waiting_erasures.end_of_clip(clip_id, act.now)
    if for_good:
        tx.clips.bar(clip_id, why, act.now)
    erasure = tx.erasures.add(
        clip_id=clip_id,
        person=None,
        why=why,
        now=act.now,
    )
    ended = _end_requests(
        tx,
        act,
        clip_id,
        why,
    )
    tx.receipts.add(
        erasure.id,
        Place.PLAYERS,
        due_at=act.now,
        done_at=act.now,
    )
    for place in _PLACES[why]:
        if asks_source or place is not Place.EXPORTS:
            _add(tx, erasure, place)
    for request in ended:
        if request.thread_ts is not None:
            tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
            # The row is the last in the thread's own lane, so it comes after every
            # message that is still on its way.
            _add(
                tx,
                erasure,
                Place.SLACK,
                request_id=request.id,
            )
    return erasure


def resume(
    tx: Transaction,
    act: Act,
    receipts: Sequence[Receipt],
) -> None:
    """Try open places again: a hold has ended, or an administrator asked for it."""
    for receipt in receipts:
        if receipt.request_id is not None:
            update = UpdateThread(request_id=receipt.request_id)
            tx.outbox.enqueue(update, now=act.now)
        tx.outbox.enqueue(erasure_of(receipt), now=act.now)


def erasure_of(receipt: Receipt) -> ErasePlace:
    """Return the outbox payload that erases the place of a receipt."""
    return ErasePlace(
        receipt_id=receipt.id,
        thread_of=receipt.request_id,
    )


def _asked(
    services: Services,
    tx: Transaction,
    act: Act,
    why: str,
    *,
    clip_id: str | None = None,
    subject: Person | None = None,
) -> Refusal | None:
    """Record a request for an erasure; return the refusal if it is not allowed."""
    roles = roles_of_act(
        services,
        tx,
        act,
        Role.ADMINISTRATOR,
        by_hook=True,
    )
    refusal = permission.may_erase(roles)
    if refusal is None and act.person is not None:
        refusal = step_up_refusal(services, act)
    role = None
    if refusal is None and act.person is not None:
        role = Role.ADMINISTRATOR
    rule = None
    if clip_id is not None and tx.holds.held_until(clip_id) is not None:
        rule = "held"
    event = act.event(
        Action.ERASURE_ASKED,
        refusal=refusal,
        rule=rule,
        clip_id=clip_id,
        subject=subject,
        role=role,
    )
    tx.log.record_with(event, detail=committed_detail(reason=why))
    return refusal


def _end_requests(
    tx: Transaction,
    act: Act,
    clip_id: str,
    why: Why,
) -> list[Request]:
    """End every request on the clip; return those that changed or lose their words."""
    ended = []
    for request in tx.requests.on_clip(clip_id, lock=True):
        state = _end_of(request, why)
        if state is None:
            continue
        is_notified = request.state in lifecycle.LIVE or why is Why.CONSENT
        closed_at = request.closed_at or act.now
        request = lifecycle.move(request, state, closed_at=closed_at)
        tx.requests.save(request)
        if is_notified:
            notify_askers(tx, act, request)
        ended.append(request)
    return ended


def _end_of(request: Request, why: Why) -> RequestState | None:
    """Return the state a request ends in, or None where it stays as it is."""
    unfinished = request.state in lifecycle.LIVE | lifecycle.UNDELIVERED
    if why is Why.ASKED:
        return RequestState.ERASED
    if why is Why.ACCIDENTAL:
        accidental = unfinished or request.state is RequestState.ACCIDENTAL
        if accidental:
            return RequestState.ACCIDENTAL
        return RequestState.ERASED
    if unfinished or request.state is RequestState.QUARANTINED:
        return RequestState.CONSENT_WITHDRAWN
    return None


def _add(
    tx: Transaction,
    erasure: Erasure,
    place: Place,
    *,
    request_id: int | None = None,
) -> None:
    now = erasure.asked_at
    receipt = tx.receipts.add(
        erasure.id,
        place,
        due_at=now + DUE[place],
        request_id=request_id,
    )
    tx.outbox.enqueue(erasure_of(receipt), now=now)
