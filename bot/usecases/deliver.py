"""Delivering results to the sink, at least once; the sink is idempotent on the result's id."""

from bot.errors import Invalid, Unavailable
from bot.usecases.services import Act, Services
from storage.records import Action, Outcome, Request, RequestState

# A result leaves these states as they are: what was accidental stays accidental.
_BECOMES_DELIVERED = {
    RequestState.AGREED,
    RequestState.UNCLEAR,
    RequestState.ADJUDICATED,
    RequestState.DELIVERY_FAILED,
}


def deliver(services: Services, act: Act, request_id: int, result_id: str) -> None:
    """Hand one result to the sink. Raises `Unavailable` or `Invalid`, recorded first."""
    with services.store.read() as tx:
        result = tx.result(result_id)
    if result is None:  # erased meanwhile
        return
    try:
        services.sink.deliver(result)
    except (Invalid, Unavailable) as error:
        _failed(services, act, request_id, error)
        raise
    with services.store.begin() as tx:
        request = tx.request(request_id, lock=True)
        tx.mark_delivered(result_id, act.now)
        if request is None:
            return
        if request.state in _BECOMES_DELIVERED:
            request = request.evolve(state=RequestState.DELIVERED, problem=None)
            tx.save_request(request)
        tx.record(act.event(Action.RESULT_DELIVERED, request=request))


def _failed(services: Services, act: Act, request_id: int, error: Invalid | Unavailable) -> None:
    with services.store.begin() as tx:
        request = tx.request(request_id, lock=True)
        if request is None:
            return
        if request.state in _BECOMES_DELIVERED and request.state != RequestState.DELIVERY_FAILED:
            tx.save_request(_with_problem(request, error))
        tx.record(
            act.event(
                Action.RESULT_DELIVERED,
                request=request,
                outcome=Outcome.FAILED,
                rule=type(error).__name__.lower(),
            )
        )


def _with_problem(request: Request, error: Invalid | Unavailable) -> Request:
    return request.evolve(state=RequestState.DELIVERY_FAILED, problem=str(error))
