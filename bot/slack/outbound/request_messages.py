"""What is said about a request: its thread, its replies, and to whoever asked."""

from datetime import datetime, timedelta

from bot.rules.channels.fitness import NOT_SEEN_YET
from bot.rules.people.permission_table import Refusal
from bot.rules.requests.lifecycle import LIVE
from bot.slack.blocks import Block
from bot.slack.handlers import thread
from bot.slack.outbound.outgoing import (
    Compose,
    Hold,
    Instead,
    Message,
    Post,
    Update,
    about,
)
from bot.usecases.context import Act
from bot.usecases.requests.notice import Telling, remember_thread, tell_askers
from bot.usecases.services import Services
from storage.records import ChannelProblem, Origin, OutboxRow, RequestState, Task

# Slack takes no update there either.
_UNREACHABLE = {
    ChannelProblem.DELETED,
    ChannelProblem.BOT_REMOVED,
    ChannelProblem.UNREACHABLE,
    ChannelProblem.ARCHIVED,
}


def _thread(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    request = told.request
    if request.thread_ts is not None:
        return None
    if told.paused is not None:
        return _held(told.paused)
    return Post(
        channel=told.desk.channel_id,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
        then=lambda tx, channel, ts: remember_thread(tx, row, channel, ts),
    )


def _thread_now(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del row
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None  # never posted: nothing to update
    if told.paused is not None and told.paused.rule in _UNREACHABLE:
        return None  # asked for again when it is back
    if told.paused is not None and request.state in LIVE:
        return Update(
            channel=request.channel_id,
            ts=request.thread_ts,
            text=f"{request.name}: paused",
            blocks=thread.paused(request, told.desk),
        )
    return Update(
        channel=request.channel_id,
        ts=request.thread_ts,
        text=thread.text(request),
        blocks=thread.parent(request, told.desk, services.public_url, now),
    )


def _disputed(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del services, row, now
    if told.request.state is not RequestState.DISPUTED:
        return None  # ruled before anybody was called
    if told.paused is not None:
        return _held(told.paused)
    return _reply(told, *thread.disputed_reply(told.request, told.desk))


def _settled(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del services, row
    if told.paused is not None and told.paused.rule == NOT_SEEN_YET:
        return _held(told.paused)
    if told.paused is not None:
        # Whoever asked has waited for this: no channel is needed to tell them.
        act = Act(person=None, origin=Origin.WORKER, now=now)
        return Instead(ask_for=lambda tx: tell_askers(tx, act, told.request))
    said = thread.settled_reply(
        told.request, told.tell, told.reason, anew=told.ruled_anew
    )
    return _reply(told, *said)


def _held(paused: Refusal) -> Hold:
    # The first look comes within seconds of the start; an unfit channel takes a person
    # to mend.
    return (
        Hold(look_again=timedelta(seconds=1)) if paused.rule == NOT_SEEN_YET else Hold()
    )


def _reply(told: Telling, text: str, blocks: list[Block]) -> Message:
    request = told.request
    if request.channel_id is None or request.thread_ts is None:
        return None
    return Post(
        channel=request.channel_id,
        text=text,
        blocks=blocks,
        thread_ts=request.thread_ts,
        then=lambda tx, channel, ts: tx.requests.add_thread_reply(
            request.id, channel, ts
        ),
    )


def _clear_reply(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del services, now
    assert row.argument is not None
    channel, ts = row.argument.split()
    text, blocks = thread.cleared(told.request)
    return Update(channel=channel, ts=ts, text=text, blocks=blocks)


def _asker(services: Services, row: OutboxRow, told: Telling, now: datetime) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=thread.asker_notice(told.request))


def _waiting(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del services, now
    assert row.argument is not None
    if told.paused is None or told.request.state not in LIVE:
        return None  # it goes on already
    if told.paused.rule == NOT_SEEN_YET:
        return _held(told.paused)
    return Post(channel=row.argument, text=thread.waiting_notice(told.request))


def _link_tried(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del services, now
    assert row.argument is not None
    return Post(channel=row.argument, text=thread.link_tried_notice(told.request))


def _closer(
    services: Services, row: OutboxRow, told: Telling, now: datetime
) -> Message:
    del now
    assert row.argument is not None
    text = (
        f"{told.request.name}: somebody asks to hear more than the usual sound. "
        f"A second person has to agree within half an hour: <{services.public_url}/closer|Decide>"
    )
    return Post(channel=row.argument, text=text)


MESSAGES: dict[Task, Compose] = {
    Task.POST_THREAD: about(_thread),
    Task.UPDATE_THREAD: about(_thread_now),
    Task.REPLY_DISPUTED: about(_disputed),
    Task.REPLY_SETTLED: about(_settled),
    Task.CLEAR_REPLY: about(_clear_reply),
    Task.TELL_ASKER: about(_asker),
    Task.TELL_LINK_TRIED: about(_link_tried),
    Task.TELL_CLOSER: about(_closer),
    Task.TELL_WAITING: about(_waiting),
}
