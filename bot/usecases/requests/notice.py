"""What Slack must be told about a request, read when it is told."""

from dataclasses import dataclass

from bot.redaction.words import mask_text
from bot.rules.channels.fitness import may_use
from bot.rules.desks import Desk
from bot.rules.people.permission_table import Refusal
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import OutboxRow, Person, Request, Task
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
    tell_each(tx, act, request, Task.TELL_ASKER)


def tell_each(tx: Transaction, act: Act, request: Request, task: Task) -> None:
    """Ask for one direct message to everybody who waits for this request."""
    for person in (request.asker, *tx.requests.followers(request.id)):
        tx.outbox.enqueue(
            task,
            lane=f"{request.name} {person.user_id}",
            now=act.now,
            request_id=request.id,
            argument=person.user_id,
        )


def remember_thread(tx: Transaction, row: OutboxRow, channel_id: str, ts: str) -> None:
    """Remember where a request's thread is, in the transaction that finishes the
    row.
    """
    if row.request_id is not None:
        request = tx.requests.by_id(row.request_id, lock=True)
        if request is not None and request.thread_ts is None:
            tx.requests.save(request.evolve(channel_id=channel_id, thread_ts=ts))
