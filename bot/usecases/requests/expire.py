"""Changes made by time alone: requests expire, drafts and peer talks are forgotten."""

from datetime import timedelta

from bot.rules.requests import claims, lifecycle
from bot.usecases.channels.pause import paused_desks
from bot.usecases.context import Act
from bot.usecases.requests.notice import notify_askers
from bot.usecases.services import Services
from storage.records import Action, RequestState
from storage.records.outbox import UpdateThread

_BATCH = 50


def expire(services: Services, act: Act) -> int:
    """Close the requests that were not settled in time; return their number."""
    with services.store.read() as tx:
        paused = paused_desks(services, tx, act.now)
        due = tx.requests.due(
            lifecycle.CAN_EXPIRE,
            act.now,
            limit=_BATCH,
            paused_desks=paused,
        )
    for candidate in due:
        with services.store.begin() as tx:
            request = tx.requests.by_id(candidate.id, lock=True)
            if request is None:
                continue
            if request.state not in lifecycle.CAN_EXPIRE:
                continue
            request = lifecycle.move(request, RequestState.EXPIRED, closed_at=act.now)
            tx.requests.save(request)
            tx.log.record(act.event(Action.REQUEST_EXPIRED, request=request))
            tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
            notify_askers(tx, act, request)
    return len(due)


# A round comes every 15 s, and its transaction holds the write lock of SQLite.
_FORGOTTEN_AT_ONCE = 1_000


def forget(services: Services, act: Act) -> None:
    """Delete expired sessions, nonces and drafts, and old rows of calls and talks.

    Signed calls and done tasks are kept for a week, requests for a peer talk for a day.
    """
    with services.store.begin() as tx:
        tx.sessions.forget_expired(act.now)
        tx.claims.forget_before(act.now - claims.LASTS)
        tx.drafts.forget_before(act.now - services.desks.draft_time)
        tx.hook_calls.forget_before(act.now - timedelta(days=7))
        tx.peer_talks.forget_before(act.now - timedelta(days=1))
        tx.peer_talks.forget_marks(act.now - timedelta(days=1), act.now)
        tx.outbox.forget_done(act.now - timedelta(days=7), _FORGOTTEN_AT_ONCE)
