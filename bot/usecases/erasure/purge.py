"""Retention: data of closed requests is purged when its time is over.

Every item has transactions of its own, so a purge that stops goes on at the next item.
No transaction is open while a store of objects is called.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.rules.requests import lifecycle
from bot.usecases.context import Act
from bot.usecases.erasure.clip_turn import clip_turn
from bot.usecases.services import Services
from storage.errors import Busy, StorageError
from storage.records import Action, Request, SnippetRecord
from storage.store import Transaction

T = TypeVar("T")

log = logging.getLogger(__name__)

# A key that is in use is checked again after this time.
_IN_USE_FOR = timedelta(hours=1)
# The purge comes round again for the rest.
_BATCH = 100


@dataclass(
    frozen=True,
    kw_only=True,
)
class Purged:
    """The numbers of purged items.

    `failed` could not be deleted and are tried again next time.
    """

    snippets: int = 0
    keys: int = 0
    answers: int = 0
    failed: int = 0

    @property
    def something(self) -> bool:
        return bool(self.snippets or self.keys or self.answers)

    def __add__(self, other: "Purged") -> "Purged":
        return Purged(
            snippets=self.snippets + other.snippets,
            keys=self.keys + other.keys,
            answers=self.answers + other.answers,
            failed=self.failed + other.failed,
        )


def purge(services: Services, act: Act) -> Purged:
    """Purge up to a hundred of each kind and desk, and return the numbers."""
    with services.store.read() as tx:
        snippets: list[SnippetRecord] = []
        answers: list[Request] = []
        for desk in tx.retention.desks_with_requests():
            kept = services.desks.retention(desk)
            snippets += tx.retention.snippets_due(
                desk,
                act.now,
                lifecycle.PURGED_AT_ONCE,
                _BATCH,
            )
            snippets += tx.retention.snippets_due(
                desk,
                act.now - kept.snippet,
                lifecycle.PURGED_LATER,
                _BATCH,
            )
            answers += tx.retention.answers_due(desk, act.now - kept.answers, _BATCH)
        keys = tx.retention.clip_keys_due(act.now, _BATCH)
    gone = _each(snippets, partial(_purge_snippet, services, act))
    forgotten = _each(answers, partial(_purge_answers, services, act))
    shredded = _each(keys, partial(_purge_key, services, act))
    if True in forgotten:
        # The scrub is then done after the next purge.
        with contextlib.suppress(Busy):
            services.store.scrub()
    return Purged(
        snippets=gone.count(True),
        answers=forgotten.count(True),
        keys=shredded.count(True),
        failed=[*gone, *forgotten, *shredded].count(None),
    )


def _each(things: Iterable[T], delete: Callable[[T], bool]) -> list[bool | None]:
    """Return whether each item was purged, or None where its store is unreachable.

    An unreachable store must not keep the other items.
    """
    went: list[bool | None] = []
    for thing in things:
        try:
            went.append(delete(thing))
        except StorageError as error:
            log.warning("purging: %s", error)
            went.append(None)
    return went


def _purge_snippet(
    services: Services,
    act: Act,
    snippet: SnippetRecord,
) -> bool:
    with services.store.read() as tx:
        request = tx.requests.by_id(snippet.request_id)
    assert request is not None
    with clip_turn(services, request.clip_id):
        # A hold was placed since the list was read. None is placed during the turn.
        if _is_held(services, request.clip_id):
            return False
        # The blob is deleted first: if the process stops in between, the row is still
        # there and the purge is tried again.
        services.blobs.delete(snippet.blob)
        with services.store.begin() as tx:
            tx.snippets.drop(snippet.request_id)
            tx.log.record(act.event(Action.SNIPPET_PURGED, request=request))
    return True


def _is_held(services: Services, clip_id: str) -> bool:
    with services.store.read() as tx:
        return tx.holds.held_until(clip_id) is not None


def _purge_answers(
    services: Services,
    act: Act,
    request: Request,
) -> bool:
    with services.store.begin() as tx:
        tx.clips.lock(request.clip_id)
        if tx.holds.held_until(request.clip_id) is not None:
            return False
        tx.forgetting.delete_texts_of_answers(request.id)
        tx.log.record(act.event(Action.ANSWERS_PURGED, request=request))
    return True


def _purge_key(
    services: Services,
    act: Act,
    clip_id: str,
) -> bool:
    with clip_turn(services, clip_id):
        if not _may_shred(services, act, clip_id):
            return False
        services.clip_keys.shred(clip_id)
        with services.store.begin() as tx:
            tx.retention.forget_clip_key(clip_id)
            tx.log.record(act.event(Action.KEY_SHREDDED, clip_id=clip_id))
    return True


def _may_shred(
    services: Services,
    act: Act,
    clip_id: str,
) -> bool:
    """Return whether a key is needed no more; else note until when it is."""
    with services.store.begin() as tx:
        tx.clips.lock(clip_id)
        if tx.holds.held_until(clip_id) is not None:
            return False
        until = _needed_until(
            services,
            tx,
            act,
            clip_id,
        )
        if until <= act.now:
            return True
        tx.retention.keep_clip_key(clip_id, until=until)
    return False


def _needed_until(
    services: Services,
    tx: Transaction,
    act: Act,
    clip_id: str,
) -> datetime:
    """Return until when a clip's key may open a snippet or be needed to trace a leak."""
    until = act.now
    for request in tx.requests.on_clip(clip_id):
        if request.closed_at is None or tx.snippets.of_request(request.id) is not None:
            return act.now + _IN_USE_FOR
        until = max(
            until, request.closed_at + services.desks.retention(request.desk).key
        )
    return until
