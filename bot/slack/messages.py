"""What each outbox task says to Slack, from the state as it is when the row is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.slack import audit, quarantine, thread
from bot.slack.blocks import Block
from bot.usecases.services import Services
from bot.usecases.tell import Telling, remember_thread, telling
from storage.audit.announced import mark_announced, to_announce
from storage.records import OutboxRow, RequestState, Task
from storage.store import Transaction


@dataclass(frozen=True, kw_only=True)
class Post:
    """A new message. `channel` may be a person's id: Slack then opens their direct messages.

    `then` runs in the transaction that finishes the row, with the message's channel and ts.
    """

    channel: str
    text: str
    blocks: list[Block] | None = None
    thread_ts: str | None = None
    then: Callable[[Transaction, str, str], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """A message that is there already, as it should look now."""

    channel: str
    ts: str
    text: str
    blocks: list[Block]


@dataclass(frozen=True, kw_only=True)
class CannotTell:
    """There is nobody to tell; `reason` is kept for `help-clip check`."""

    reason: str


TORN = (
    "Somebody is an auditor and in a desk's user group as well. Nobody checks their own listening, "
    "so they hear nothing until you take one of the two away. `help-clip check` says who."
)

Message = Post | Update | CannotTell | None  # None: there is nothing to say any more
Compose = Callable[[Services, OutboxRow, datetime], Message]
ComposeAbout = Callable[[Services, OutboxRow, Telling, datetime], Message]


def _about(compose: ComposeAbout) -> Compose:
    """A message about a request; nothing is said about one that is gone."""

    def composed(services: Services, row: OutboxRow, now: datetime) -> Message:
        told = telling(services, row.request_id) if row.request_id is not None else None
        return None if told is None else compose(services, row, told, now)

    return composed


def _thread(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    request = told.request
    if request.thread_ts is not None:
        return None
    return Post(
        channel=told.desk.channel_id,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
        then=lambda tx, channel, ts: remember_thread(tx, row, channel, ts),
    )


def _thread_now(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del row
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None  # never posted: nothing to update
    return Update(
        channel=request.channel_id,
        ts=request.thread_ts,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
    )


def _disputed(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, row, now
    if told.request.state is not RequestState.DISPUTED:
        return None  # ruled before anybody was called
    return _reply(told, *thread.disputed_reply(told.request, told.desk))


def _settled(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, row, now
    return _reply(told, *thread.settled_reply(told.request, told.tell, told.reason))


def _reply(told: Telling, text: str, blocks: list[Block]) -> Message:
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None
    return Post(channel=request.channel_id, text=text, blocks=blocks, thread_ts=request.thread_ts)


def _asker(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=thread.asker_notice(told.request))


def _safety(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del row, now
    channel = services.desks.safety_channel_id
    if channel is None:
        return CannotTell(reason="no_safety_channel")
    text, blocks = quarantine.page(told.request)
    return Post(channel=channel, text=text, blocks=blocks)


def _checkpoint(services: Services, row: OutboxRow, now: datetime) -> Message:
    del row
    channel = services.desks.audit_channel_id
    with services.store.read() as tx:
        found = to_announce(tx)
    if channel is None or found is None:
        return None
    text, blocks = audit.checkpoint(found)
    return Post(
        channel=channel,
        text=text,
        blocks=blocks,
        then=lambda tx, _channel, _ts: mark_announced(tx, found.size, now),
    )


def _torn(services: Services, row: OutboxRow, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=TORN)


MESSAGES: dict[Task, Compose] = {
    Task.POST_THREAD: _about(_thread),
    Task.UPDATE_THREAD: _about(_thread_now),
    Task.REPLY_DISPUTED: _about(_disputed),
    Task.REPLY_SETTLED: _about(_settled),
    Task.TELL_ASKER: _about(_asker),
    Task.PAGE_SAFETY: _about(_safety),
    Task.POST_CHECKPOINT: _checkpoint,
    Task.TELL_TORN: _torn,
}
