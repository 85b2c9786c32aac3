"""Cleaning one place of an erasure, and its receipt; a repeated call changes nothing."""

from collections.abc import Callable
from datetime import datetime

from bot.errors import Invalid, Unavailable
from bot.rules.requests import lifecycle
from bot.text import text
from bot.usecases.context import Act
from bot.usecases.erasure.clip_turn import clip_turn
from bot.usecases.erasure.erase import HELD_BACK
from bot.usecases.services import Services
from storage.errors import StorageError
from storage.records import (
    Action,
    Deletion,
    Erasure,
    Event,
    Person,
    Place,
    Receipt,
    Request,
    RequestState,
)
from storage.records.outbox import ClearReply, ErasePlace
from storage.store import Transaction

Clean = Callable[[Services, Act, Erasure, Receipt], bool]


def clean(
    services: Services,
    act: Act,
    receipt_id: int,
) -> None:
    """Clean the place of this receipt, unless a legal hold keeps it.

    Raises `Unavailable` or `StorageError` (try again), `Invalid` (a retry cannot help);
    the failure is noted on the receipt first.
    """
    with services.store.read() as tx:
        receipt = tx.receipts.by_id(receipt_id)
        erasure = None
        if receipt is not None:
            erasure = tx.erasures.by_id(receipt.erasure_id)
    if receipt is None:
        return
    if erasure is None:
        return
    if receipt.done_at is not None:
        return
    try:
        if _CLEANERS[receipt.place](
            services,
            act,
            erasure,
            receipt,
        ):
            _close(
                services,
                act,
                erasure,
                receipt,
            )
    except (Unavailable, Invalid, StorageError) as error:
        with services.store.begin() as tx:
            tx.receipts.fail(receipt.id, type(error).__name__.lower())
        raise


def clean_at_once(
    services: Services,
    act: Act,
    erasure: Erasure,
) -> None:
    """Clean the places that need no Slack while the caller waits; the rest follows."""
    with services.store.read() as tx:
        waiting = tx.receipts.of_erasure(erasure.id)
    for receipt in waiting:
        if receipt.place is not Place.SLACK:
            try:
                clean(services, act, receipt.id)
            except (Unavailable, Invalid, StorageError):
                # The failure is noted on the receipt, and the outbox still has the row.
                continue


def receipts_overdue(services: Services, now: datetime) -> int:
    """Return how many places are overdue; held places are not counted."""
    with services.store.read() as tx:
        return tx.receipts.count_overdue(
            now, {hold.clip_id for hold in tx.holds.standing()}
        )


def _close(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> None:
    with services.store.begin() as tx:
        current = tx.erasures.by_id(
            erasure.id,
            lock=True,
            # The lock makes the last two places finish in turn.
        )
        tx.receipts.close(receipt.id, act.now)
        every = tx.receipts.of_erasure(erasure.id)
        if current and current.done_at is None and all(r.done_at for r in every):
            tx.erasures.close(erasure.id, act.now)
            tx.log.record(_erased(act, erasure, len(every)))


def _erased(
    act: Act,
    erasure: Erasure,
    places: int,
) -> Event:
    """Return the final event of an erasure, recorded once every place is clean."""
    return act.event(
        Action.PERSON_ERASED if erasure.person else Action.CLIP_ERASED,
        rule=erasure.why,
        clip_id=erasure.clip_id,
        subject=erasure.person,
        numbers={"places": places},
    )


def _held(
    tx: Transaction,
    erasure: Erasure,
    place: Place,
) -> bool:
    """Return whether a hold keeps this place.

    The clip is locked, so no hold can be placed meanwhile.
    """
    if place not in HELD_BACK:
        return False
    if erasure.clip_id is not None:
        tx.clips.lock(erasure.clip_id)
        return tx.holds.held_until(erasure.clip_id) is not None
    assert erasure.person is not None
    return tx.requests.has_worked_on(
        erasure.person, {hold.clip_id for hold in tx.holds.standing()}
    )


def _key(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    del act
    assert erasure.clip_id is not None
    with clip_turn(services, erasure.clip_id):
        if _is_kept(services, erasure, receipt):
            return False
        services.clip_keys.shred(erasure.clip_id)
        with services.store.begin() as tx:
            tx.retention.forget_clip_key(erasure.clip_id)
    return True


def _is_kept(
    services: Services,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    with services.store.begin() as tx:
        return _held(tx, erasure, receipt.place)


def _snippets(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    del act
    assert erasure.clip_id is not None
    with clip_turn(services, erasure.clip_id):
        if _is_kept(services, erasure, receipt):
            return False
        with services.store.read() as tx:
            asked = tx.requests.on_clip(erasure.clip_id)
        for request in asked:
            # The blob is deleted by its name, not by its row: a purge or a crash may
            # have left only one of them.
            for blob in request.blobs:
                services.blobs.delete(blob)
        with services.store.begin() as tx:
            for request in asked:
                tx.snippets.drop(request.id)
    return True


def _words(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    del act
    with services.store.begin() as tx:
        held = _held(tx, erasure, receipt.place)
        if erasure.person is not None:
            _forget_person(tx, erasure.person)
        elif erasure.clip_id is not None and not held:
            _forget_clip(tx, erasure.clip_id)
    services.store.scrub()
    return not held


def _forget_person(tx: Transaction, person: Person) -> None:
    """Delete the person's texts, except those about held clips."""
    tx.drafts.forget_person(person)
    tx.forgetting.delete_texts_of_person(person)
    tx.care.forget_person(person)
    tx.peer_talks.forget_person(person)
    tx.people.choose_language(person.user_id, None)


def _forget_clip(tx: Transaction, clip_id: str) -> None:
    for request in tx.requests.on_clip(clip_id, lifecycle.WITHOUT_WORDS):
        tx.forgetting.delete_texts_of_request(request)
        if not _is_notice_only(request):
            tx.forgetting.delete_results_of_request(request.id)
    tx.drafts.forget_clip(clip_id)


def _is_notice_only(request: Request) -> bool:
    """Return whether the result is only the notice of an accidental recording."""
    return (
        request.state is RequestState.ACCIDENTAL and request.settled_answer is not None
    )


def _slack(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    """Return whether every message of the request that may hold its word was changed."""
    assert receipt.request_id is not None
    with services.store.begin() as tx:
        request = tx.requests.by_id(receipt.request_id)
        assert request is not None
        since = tx.outbox.lane_since(request.name, erasure.asked_at)
        asked = {row.payload for row in since}
        replies = [
            ClearReply(
                request_id=request.id,
                channel_id=channel_id,
                ts=ts,
            )
            for channel_id, ts in tx.requests.thread_replies(request.id)
        ]
        missing = [reply for reply in replies if reply not in asked]
        for reply in missing:
            tx.outbox.enqueue(reply, now=act.now)
        if missing:
            this_place = ErasePlace(
                receipt_id=receipt.id,
                thread_of=request.id,
            )
            tx.outbox.enqueue(this_place, now=act.now)
            return False
    newest = {
        row.payload: row for row in since if not isinstance(row.payload, ErasePlace)
    }
    if any(row.failure not in (None, "message_not_found") for row in newest.values()):
        raise Invalid(text("erasure.slack.refused"))
    return True


def _exports(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    del act
    assert erasure.clip_id is not None
    with services.store.begin() as tx:
        if _held(tx, erasure, receipt.place):
            return False
        requests = tx.requests.on_clip(erasure.clip_id)
    services.sink.request_deletion(
        Deletion(
            id=erasure.name,
            clip_id=erasure.clip_id,
            why=erasure.why,
            requests=tuple(request.name for request in requests),
            asked_at=erasure.asked_at,
        )
    )
    return True


def _sessions(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    del act, receipt
    assert erasure.person is not None
    with services.store.begin() as tx:
        tx.sessions.forget_person(erasure.person)
        tx.claims.forget_person(erasure.person)
        tx.people.set_name(erasure.person.user_id, None)
    return True


def _nothing(
    services: Services,
    act: Act,
    erasure: Erasure,
    receipt: Receipt,
) -> bool:
    # Players stop because the requests are closed.
    del services, act, erasure, receipt
    return True


_CLEANERS: dict[Place, Clean] = {
    Place.PLAYERS: _nothing,
    Place.KEY: _key,
    Place.SNIPPETS: _snippets,
    Place.WORDS: _words,
    Place.SLACK: _slack,
    Place.EXPORTS: _exports,
    Place.SESSIONS: _sessions,
}
