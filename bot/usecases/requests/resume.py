"""Going on with the requests of a clip that opens again, with nothing lost."""

from bot.rules.requests import lifecycle
from bot.rules.requests.resuming import state_to_resume
from bot.usecases.context import Act
from storage.records import Action, Request, RequestState
from storage.records.outbox import (
    PostDisputedReply,
    PostThread,
    RenderSnippet,
    UpdateThread,
)
from storage.store import Transaction


def resume_requests(
    tx: Transaction,
    act: Act,
    clip_id: str,
    state: RequestState,
) -> int:
    """Bring the requests in `state` on a locked clip back; return their number.

    Their answers are kept, and the time that they were closed does not count. A request
    of a clip that was closed for good stays closed; that of a clip that was stopped
    waits for its release.
    """
    n_resumed = 0
    is_stopped = tx.quarantines.is_active(clip_id)
    for request in tx.requests.on_clip(clip_id, [state], lock=True):
        if tx.clips.bar_reason(clip_id, request.speaker) is not None:
            continue
        if is_stopped:
            tx.requests.save(lifecycle.move(request, RequestState.QUARANTINED))
        elif resume_request(tx, act, request):
            n_resumed += 1
    return n_resumed


def resume_request(
    tx: Transaction,
    act: Act,
    request: Request,
) -> bool:
    """Bring a locked, closed request back; return False if it stays closed."""
    state = state_to_resume(
        tx.proposals.of_request(request.id),
        request.quorum,
        request.locale,
        spare_seats=request.spare_seats,
        has_snippet=tx.snippets.of_request(request.id) is not None,
        needs_lead=request.needs_lead,
        is_appealed=bool(tx.appeals.of_request(request.id)),
    )
    if state is None:
        return False
    closed_at = request.closed_at or act.now
    resumed = lifecycle.move(
        request,
        state,
        closed_at=None,
        waiting_since=act.now,
        expires_at=request.expires_at + (act.now - closed_at),
        problem=None,
        settled_answer=None,
        settled_text=None,
        settled_personal=False,
    )
    is_dispute_known = _is_dispute_known(tx, request)
    tx.requests.save(resumed)
    tx.log.record(act.event(Action.REQUEST_RESUMED, request=resumed, rule=state))
    _enqueue_messages(tx, act, resumed, is_dispute_known=is_dispute_known)
    return True


def _is_dispute_known(tx: Transaction, request: Request) -> bool:
    """Return whether the thread has asked the leads to rule since the last answer."""
    if request.state is not RequestState.QUARANTINED:
        return False
    return bool(tx.requests.thread_replies(request.id))


def _enqueue_messages(
    tx: Transaction,
    act: Act,
    request: Request,
    *,
    is_dispute_known: bool,
) -> None:
    if request.state is RequestState.WAITING:
        return
    if request.state is RequestState.RENDERING:
        tx.outbox.enqueue(RenderSnippet(request_id=request.id), now=act.now)
        return
    # A thread that was never posted is posted now; the update does nothing then.
    tx.outbox.enqueue(PostThread(request_id=request.id), now=act.now)
    tx.outbox.enqueue(UpdateThread(request_id=request.id), now=act.now)
    if request.state is RequestState.DISPUTED and not is_dispute_known:
        tx.outbox.enqueue(PostDisputedReply(request_id=request.id), now=act.now)
