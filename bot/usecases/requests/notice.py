"""What Slack must be told about a request, read when it is told."""

from dataclasses import dataclass

from bot.redaction.words import mask_text
from bot.rules.channels.fitness import may_use
from bot.rules.desks import Desk
from bot.rules.refusals import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Person, Request
from storage.records.outbox import NotifyAsker, NotifyPaused
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A request with whom to tell. `reason` is the newest ruling's, personal words
    masked.
    """

    request: Request
    desk: Desk
    tell: tuple[Person, ...]
    reason: str | None
    ruled_anew: bool
    paused: Refusal | None  # why nothing may be posted in the desk's channel now


def telling(services: Services, request_id: int) -> Telling | None:
    """Everything a message about this request may need; None when it is gone."""
    with services.store.read() as tx:
        request = tx.requests.by_id(request_id)
        if request is None:
            return None
        rulings = tx.adjudications.of_request(request_id)
        return Telling(
            request=request,
            desk=services.desks[request.desk],
            tell=(request.asker, *tx.requests.followers(request_id)),
            paused=may_use(tx.channels.by_id(services.desks[request.desk].channel_id)),
            reason=mask_text(rulings[-1].reason, request.locale) if rulings else None,
            ruled_anew=len(rulings) > 1,
        )


def tell_askers(tx: Transaction, act: Act, request: Request) -> None:
    """Send a direct message to everybody who asked, where no thread can tell them."""
    tell_each(tx, act, request, NotifyAsker)


def tell_each(
    tx: Transaction,
    act: Act,
    request: Request,
    notice: type[NotifyAsker] | type[NotifyPaused],
) -> None:
    """Enqueue one direct message to each person who asked for this request."""
    for person in (request.asker, *tx.requests.followers(request.id)):
        tx.outbox.enqueue(
            notice(request_id=request.id, user_id=person.user_id), now=act.now
        )


def remember_thread(tx: Transaction, request_id: int, channel_id: str, ts: str) -> None:
    """Store the place of a request's thread, unless one is stored."""
    request = tx.requests.by_id(request_id, lock=True)
    if request is not None and request.thread_ts is None:
        tx.requests.save(request.evolve(channel_id=channel_id, thread_ts=ts))
