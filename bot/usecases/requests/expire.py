"""Changes made by time alone: requests expire, drafts and peer talks are forgotten."""

from datetime import timedelta

from bot.rules.requests import claims, lifecycle
from bot.rules.requests.agreement import is_for_lead_when_due
from bot.usecases.channels.pause import paused_desks
from bot.usecases.context import Act
from bot.usecases.requests.notice import notify_askers
from bot.usecases.requests.settle import ask_lead
from bot.usecases.services import Services
from storage.records import Action, Request, RequestState
from storage.records.outbox import UpdateThread
from storage.store import Transaction

_BATCH = 50


def expire(services: Services, act: Act) -> int:
    """End the requests that were not settled in time; return their number.

    A lead rules on those that enough people answered; the others are closed.
    """
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
            if _is_for_lead(tx, request):
                ask_lead(tx, act, request)
            else:
                _close(tx, act, request)
    return len(due)


def _is_for_lead(tx: Transaction, request: Request) -> bool:
    """Return whether enough people answered an open request for a ruling."""
    if request.state is not RequestState.OPEN:
        return False
    standing = tx.proposals.of_request(request.id)
    return is_for_lead_when_due(standing, request.quorum)


def _close(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    expired = lifecycle.move(request, RequestState.EXPIRED, closed_at=act.now)
    tx.requests.save(expired)
    tx.log.record(act.event(Action.REQUEST_EXPIRED, request=expired))
    tx.outbox.enqueue(UpdateThread(request_id=expired.id), now=act.now)
    notify_askers(tx, act, expired)


# A round comes every 15 s, and its transaction holds the write lock of SQLite.
_FORGOTTEN_AT_ONCE = 1_000
# An erasure looks for the messages it had changed a moment ago.
_DONE_FOR = timedelta(hours=1)


def forget(services: Services, act: Act) -> None:
    """Delete expired sessions, nonces and drafts, and old rows of calls and talks.

    Signed calls and refused tasks are kept for a week, requests for a peer talk for a
    day, done tasks for an hour.
    """
    with services.store.begin() as tx:
        tx.sessions.forget_expired(act.now)
        tx.claims.forget_before(act.now - claims.LASTS)
        tx.drafts.forget_before(act.now - services.desks.draft_time)
        tx.hook_calls.forget_before(act.now - timedelta(days=7))
        tx.peer_talks.forget_before(act.now - timedelta(days=1))
        tx.peer_talks.forget_marks(act.now - timedelta(days=1), act.now)
        tx.outbox.forget_done(act.now - _DONE_FOR, _FORGOTTEN_AT_ONCE)
        tx.outbox.forget_finished(act.now - timedelta(days=7), _FORGOTTEN_AT_ONCE)
