"""Messages about a request; each is composed from the request as it is when sent."""

from dataclasses import dataclass

from bot.redaction.words import mask_sentence
from bot.rules.channels.fitness import may_use
from bot.rules.desks import Desk
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Adjudication, Person, Request
from storage.records.outbox import NotifyAsker, NotifyPaused
from storage.store import Transaction


@dataclass(
    frozen=True,
    kw_only=True,
)
class RequestNotice:
    """The facts that a message about a request may need.

    `recipients` are the asker and the followers. `reason` is that of the newest ruling,
    with personal words masked. `ruled_anew`: the word was settled before. `paused` is
    why nothing may be posted in the desk's channel now, if so.
    """

    request: Request
    desk: Desk
    recipients: tuple[Person, ...]
    reason: str | None
    ruled_anew: bool
    is_appealed: bool
    paused: Refusal | None


def read_notice(services: Services, request_id: int) -> RequestNotice | None:
    """Return the facts for a message about a request, or None if it is gone."""
    with services.store.read() as tx:
        request = tx.requests.by_id(request_id)
        if request is None:
            return None
        rulings = tx.adjudications.of_request(request_id)
        is_appealed = bool(tx.appeals.of_request(request_id))
        desk = services.desks[request.desk]
        return RequestNotice(
            request=request,
            desk=desk,
            recipients=(request.asker, *tx.requests.followers(request_id)),
            reason=_newest_reason(request, rulings),
            ruled_anew=is_appealed or len(rulings) > 1,
            is_appealed=is_appealed,
            paused=may_use(tx.channels.by_id(desk.channel_id)),
        )


def notify_askers(
    tx: Transaction,
    act: Act,
    request: Request,
) -> None:
    """Enqueue how the request ended, to each person who asked: no thread shows it."""
    notify_each(tx, act, request, NotifyAsker)


def notify_each(
    tx: Transaction,
    act: Act,
    request: Request,
    notice: type[NotifyAsker] | type[NotifyPaused],
) -> None:
    """Enqueue one direct message to the asker and to each follower of this request."""
    for person in (request.asker, *tx.requests.followers(request.id)):
        payload = notice(
            request_id=request.id,
            user_id=person.user_id,
        )
        tx.outbox.enqueue(payload, now=act.now)


def remember_thread(
    tx: Transaction,
    request_id: int,
    channel_id: str,
    ts: str,
) -> None:
    """Store the channel and the timestamp of a request's thread, unless stored."""
    request = tx.requests.by_id(request_id, lock=True)
    if request is not None and request.thread_ts is None:
        tx.requests.save(
            request.evolve(
                channel_id=channel_id,
                thread_ts=ts,
            )
        )


def _newest_reason(request: Request, rulings: list[Adjudication]) -> str | None:
    """Return the reason of the newest ruling, personal words masked."""
    if not rulings:
        return None
    return mask_sentence(rulings[-1].reason, request.locale)
