"""Delivering results to the sink, at least once.

The sink ignores a result if it has received its id before.
"""

from bot.errors import Invalid, NotFound, Unavailable
from bot.rules.people import permission
from bot.rules.refusals import Refusal
from bot.rules.requests import lifecycle
from bot.text import stored, text
from bot.usecases.context import Act
from bot.usecases.erasure.consent import close_without_consent
from bot.usecases.services import Services
from storage.records import Action, Consent, Outcome, Request, RequestState, Why


def deliver(
    services: Services,
    act: Act,
    request_id: int,
    result_id: str,
) -> None:
    """Hand one result to the sink, if its speaker still consents.

    Raises `Unavailable` or `Invalid`, recorded first.
    """
    with services.store.read() as tx:
        result = tx.results.by_id(result_id)
        request = tx.requests.by_id(request_id)
    if result is None or request is None:
        # An erasure has removed the result or the request.
        return
    try:
        refusal = _refusal(services, request)
        if refusal is None:
            services.sink.deliver(result)
    except (Invalid, Unavailable) as error:
        _record_failure(services, act, request_id, error)
        raise
    if refusal is not None:
        _refuse(services, act, request, refusal)
        return
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id, lock=True)
        # The delivery is no news if the process ended before the outbox row was done.
        is_news = tx.results.mark_delivered(result_id, act.now)
        if request is None:
            return
        if not is_news:
            return
        # A delivered notice leaves an accidental request accidental.
        if request.state in lifecycle.UNDELIVERED:
            request = lifecycle.move(request, RequestState.DELIVERED, problem=None)
            tx.requests.save(request)
        tx.log.record(act.event(Action.RESULT_DELIVERED, request=request))


def _refusal(services: Services, request: Request) -> Refusal | None:
    """Return why this result may not leave, if so.

    The notice that a recording is accidental holds no word and may always leave. Raises
    `Unavailable` or `Invalid` when the source gives no answer.
    """
    if request.state is RequestState.ACCIDENTAL:
        return None
    with services.store.read() as tx:
        bar_reason = tx.clips.bar_reason(request.clip_id, request.speaker)
    if bar_reason is Why.ACCIDENTAL:
        # The erasure removes the result, or a lead keeps the clip.
        raise Unavailable(text("erasure.waiting.delivery"))
    barred = permission.find_bar(bar_reason)
    if barred is not None:
        return barred
    try:
        consent = services.clips.clip(request.clip_id).consent
    except NotFound:
        # The recording is gone, and its consent with it.
        consent = Consent.UNKNOWN
    return permission.consent(consent)


def _refuse(
    services: Services,
    act: Act,
    request: Request,
    refusal: Refusal,
) -> None:
    with services.store.begin() as tx:
        tx.clips.lock(request.clip_id)
        denial = act.event(
            Action.RESULT_DELIVERED,
            request=request,
            refusal=refusal,
        )
        tx.log.record(denial)
        close_without_consent(tx, act, request.clip_id, rule=refusal.rule)


def _record_failure(
    services: Services,
    act: Act,
    request_id: int,
    error: Invalid | Unavailable,
) -> None:
    with services.store.begin() as tx:
        request = tx.requests.by_id(request_id, lock=True)
        if request is None:
            return
        if lifecycle.can_move(request, RequestState.DELIVERY_FAILED):
            failed = lifecycle.move(
                request,
                RequestState.DELIVERY_FAILED,
                problem=stored(error.args[0]),
            )
            tx.requests.save(failed)
        event = act.event(
            Action.RESULT_DELIVERED,
            request=request,
            outcome=Outcome.FAILED,
            rule=type(error).__name__.lower(),
        )
        tx.log.record(event)
