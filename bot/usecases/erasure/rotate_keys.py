"""Rotation of SNIPPET_KEY: every clip's key is wrapped anew by the first master key.

Each key has transactions of its own, so a rotation that stops goes on at the next key.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.usecases.context import Act
from bot.usecases.erasure.clip_turn import clip_turn
from bot.usecases.services import Services
from storage.errors import Sealed
from storage.records import Action, Outcome

log = logging.getLogger(__name__)
_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class KeyCounts:
    """The numbers of clip keys: all, those of another master key, of an unknown one.

    An older release did not note the master key, so it is unknown for its keys.
    """

    keys: int
    of_another: int
    of_unknown: int


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """The numbers of keys that were wrapped anew, and of those no master key opens."""

    wrapped: int
    unreadable: int


def count_keys(services: Services) -> KeyCounts:
    """Return how many clip keys the first master key does not wrap."""
    with services.store.read() as tx:
        counted = tx.retention.count_clip_keys(services.snippet_key.current_id)
    n_keys, n_other, n_unknown = counted
    return KeyCounts(keys=n_keys, of_another=n_other, of_unknown=n_unknown)


def rotate_keys(
    services: Services,
    act: Act,
    report: Callable[[int], None],
) -> Rotated:
    """Wrap every clip's key with the first master key, and record the end of it.

    `report` is called with the number of keys done so far. Raises `StorageError` where
    the keys cannot be reached; the keys done before stay done.
    """
    n_wrapped = 0
    n_unreadable = 0
    for clip_id in _clips_to_do(services):
        try:
            _rewrap(services, clip_id)
            n_wrapped += 1
        except Sealed as error:
            log.warning("rotating keys: %s", error)
            n_unreadable += 1
        report(n_wrapped + n_unreadable)
    rotated = Rotated(wrapped=n_wrapped, unreadable=n_unreadable)
    _record(services, act, rotated)
    return rotated


def _clips_to_do(services: Services) -> Iterator[str]:
    """Yield the clips in pages, so that memory stays flat."""
    after = ""
    while True:
        with services.store.read() as tx:
            page = tx.retention.clip_keys_to_rewrap(
                services.snippet_key.current_id,
                after,
                _PAGE,
            )
        if not page:
            return
        yield from page
        after = page[-1]


def _rewrap(services: Services, clip_id: str) -> None:
    # Shredding takes a turn too. Without it, a key could be shredded between its reading
    # and its writing, and come back.
    with clip_turn(services, clip_id):
        with services.store.read() as tx:
            if not tx.retention.has_clip_key(clip_id):
                return
        services.clip_keys.rewrap(clip_id)
        with services.store.begin() as tx:
            tx.retention.note_wrapped(clip_id, services.snippet_key.current_id)


def _record(
    services: Services,
    act: Act,
    rotated: Rotated,
) -> None:
    outcome = Outcome.ALLOWED
    if rotated.unreadable:
        outcome = Outcome.FAILED
    event = act.event(
        Action.KEYS_ROTATED,
        outcome=outcome,
        numbers={
            "keys": rotated.wrapped,
            "unreadable": rotated.unreadable,
        },
    )
    with services.store.begin() as tx:
        tx.log.record(event)
