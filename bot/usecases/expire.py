"""What time alone changes: requests expire, snippets of closed requests go."""

from datetime import timedelta

from bot.usecases.services import Act, Services
from bot.usecases.tell import tell_askers
from storage.records import Action, RequestState, SnippetRecord, Task

_CAN_EXPIRE = (RequestState.RENDERING, RequestState.OPEN)
_GONE_AT_ONCE = (RequestState.UNMASKABLE, RequestState.ACCIDENTAL, RequestState.ERASED)
_GONE_LATER = (
    RequestState.AGREED,
    RequestState.UNCLEAR,
    RequestState.ADJUDICATED,
    RequestState.DELIVERED,
    RequestState.DELIVERY_FAILED,
    RequestState.WITHDRAWN,
    RequestState.EXPIRED,
)


def expire(services: Services, act: Act) -> int:
    """Close requests nobody settled in time; returns how many."""
    with services.store.read() as tx:
        due = tx.requests_due(_CAN_EXPIRE, act.now)
    for candidate in due:
        with services.store.begin() as tx:
            request = tx.request(candidate.id, lock=True)
            if request is None or request.state not in _CAN_EXPIRE:
                continue
            request = request.evolve(state=RequestState.EXPIRED, closed_at=act.now)
            tx.save_request(request)
            tx.record(act.event(Action.REQUEST_EXPIRED, request=request))
            tx.enqueue(Task.UPDATE_THREAD, lane=request.name, now=act.now, request_id=request.id)
            tell_askers(tx, act, request)
    return len(due)


def purge(services: Services, act: Act) -> int:
    """Delete the snippets whose time is over; returns how many. Quarantined ones are kept."""
    with services.store.read() as tx:
        due: list[SnippetRecord] = []
        for desk in tx.desks_with_snippets():
            kept_until = act.now - services.desks.kept_for(desk)
            due += tx.snippets_closed_before(act.now, _GONE_AT_ONCE, desk)
            due += tx.snippets_closed_before(kept_until, _GONE_LATER, desk)
    for snippet in due:
        _purge(services, act, snippet)
    return len(due)


def _purge(services: Services, act: Act, snippet: SnippetRecord) -> None:
    # Blob first: should we stop in between, the row is still there and it is tried again.
    services.blobs.delete(snippet.blob)
    with services.store.begin() as tx:
        request = tx.request(snippet.request_id)
        tx.drop_snippet(snippet.request_id)
        tx.record(act.event(Action.SNIPPET_PURGED, request=request))


def forget(services: Services, act: Act) -> None:
    """Delete expired sessions and sign-ins, and drafts nobody came back to in a week."""
    with services.store.begin() as tx:
        tx.forget_expired(act.now)
        tx.forget_drafts(act.now - timedelta(days=7))
