"""Posting a request again after its first message was deleted in Slack."""

from dataclasses import replace

from bot.rules.requests.lifecycle import TIMED
from bot.usecases.context import Act
from bot.usecases.services import Services
from storage.records import Action, RequestState
from storage.records.outbox import PostDisputedReply, PostThread
from storage.store import Transaction


def repost_deleted(
    services: Services,
    act: Act,
    channel_id: str,
    ts: str,
) -> None:
    """Post the request of a first message again that Slack reports as deleted."""
    with services.store.read() as tx:
        request = tx.requests.in_thread(channel_id, ts)
    if request is None:
        # Most messages belong to no request, and reading takes no lock.
        return
    # Slack does not report the author of the deletion.
    by_slack = replace(act, person=None)
    with services.store.begin() as tx:
        replace_thread(
            tx,
            by_slack,
            request.id,
            ts,
        )


def replace_thread(
    tx: Transaction,
    act: Act,
    request_id: int,
    ts: str | None,
) -> None:
    """Forget a thread that is gone, and post its open or disputed request once more.

    After a second deletion the request goes on in Home and on the pages only. One that
    is rendered anew is posted when it opens.
    """
    request = tx.requests.by_id(request_id, lock=True)
    if request is None or request.thread_ts != ts:
        return
    request = request.evolve(channel_id=None, thread_ts=None)
    if request.state not in TIMED or request.reposted_at is not None:
        tx.requests.save(request)
        return
    tx.requests.save(request.evolve(reposted_at=act.now))
    tx.log.record(act.event(Action.REQUEST_REPOSTED, request=request))
    tx.outbox.enqueue(PostThread(request_id=request.id), now=act.now)
    if request.state is RequestState.DISPUTED:
        tx.outbox.enqueue(PostDisputedReply(request_id=request.id), now=act.now)
