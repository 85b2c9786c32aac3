"""Messages in the threads of requests: the first one, its updates, and replies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.rules.channels.fitness import NOT_SEEN_YET
from bot.rules.refusals import Refusal
from bot.rules.requests.lifecycle import LIVE
from bot.slack.blocks import Block
from bot.slack.handlers import thread
from bot.slack.outbound.outgoing import (
    Composers,
    EnqueueInstead,
    Message,
    Post,
    Postpone,
    SendContext,
    Update,
)
from bot.usecases.channels.repost import replace_thread
from bot.usecases.context import Act, act_without_person
from bot.usecases.requests.notice import (
    RequestNotice,
    notify_askers,
    remember_thread,
)
from storage.records import ChannelProblem, Origin, RequestState
from storage.records.outbox import (
    ClearReply,
    PostDisputedReply,
    PostSettledReply,
    PostThread,
    UpdateThread,
)
from storage.store import Transaction

# In such a channel, Slack accepts no update of a message either.
_UNREACHABLE = {
    ChannelProblem.DELETED,
    ChannelProblem.BOT_REMOVED,
    ChannelProblem.UNREACHABLE,
    ChannelProblem.ARCHIVED,
}


def add_thread_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add_for_request(PostThread, compose_thread)
    composers.add_for_request(UpdateThread, compose_thread_update)
    composers.add_for_request(PostDisputedReply, compose_disputed_reply)
    composers.add_for_request(PostSettledReply, compose_settled_reply)
    composers.add_for_request(ClearReply, compose_cleared_reply)


def compose_thread(
    context: SendContext,
    payload: PostThread,
    notice: RequestNotice,
) -> Message:
    """Return the first message of the thread; none if it was posted."""
    request = notice.request
    if request.thread_ts is not None:
        return None
    if notice.paused is not None:
        return postponed(notice.paused)
    public_url = context.services.public_url
    return Post(
        channel=notice.desk.channel_id,
        text=thread.summarize_request(request),
        blocks=thread.build_parent(
            request,
            notice.desk,
            public_url,
            context.now,
            is_appealed=notice.is_appealed,
        ),
        then=lambda tx, channel, ts: remember_thread(
            tx,
            payload.request_id,
            channel,
            ts,
        ),
    )


def compose_thread_update(
    context: SendContext,
    payload: UpdateThread,
    notice: RequestNotice,
) -> Message:
    """Return the present first message of the thread; none if it was not posted."""
    del payload
    act = act_without_person(Origin.WORKER, context.now)
    request = notice.request
    if request.channel_id is None:
        return None
    if request.thread_ts is None:
        return None
    if _paused_by(notice) in _UNREACHABLE:
        # The update is enqueued again when the channel is back.
        return None
    if notice.paused is not None and request.state in LIVE:
        summary = thread.summarize_paused_request(request)
        blocks = thread.build_paused_parent(request, notice.desk)
    else:
        summary = thread.summarize_request(request)
        public_url = context.services.public_url
        blocks = thread.build_parent(
            request,
            notice.desk,
            public_url,
            context.now,
            is_appealed=notice.is_appealed,
        )
    return Update(
        channel=request.channel_id,
        ts=request.thread_ts,
        text=summary,
        blocks=blocks,
        if_gone=_post_again(act, notice),
    )


def compose_disputed_reply(
    context: SendContext,
    payload: PostDisputedReply,
    notice: RequestNotice,
) -> Message:
    """Return the reply that a lead rules; none if one has ruled.

    The request is posted again if Slack refuses the reply for good.
    """
    del payload
    if notice.request.state is not RequestState.DISPUTED:
        return None
    if notice.paused is not None:
        return postponed(notice.paused)
    summary, blocks = thread.build_disputed_reply(
        notice.request,
        is_appealed=notice.is_appealed,
    )
    reply = _reply(notice, summary, blocks)
    if reply is None:
        return None
    act = act_without_person(Origin.WORKER, context.now)
    return replace(reply, instead=_post_again(act, notice))


def _post_again(
    act: Act,
    notice: RequestNotice,
) -> Callable[[Transaction], None]:
    """Return what replaces the thread of the request, which is gone."""
    request = notice.request
    return lambda tx: replace_thread(
        tx,
        act,
        request.id,
        request.thread_ts,
    )


def compose_settled_reply(
    context: SendContext,
    payload: PostSettledReply,
    notice: RequestNotice,
) -> Message:
    """Return the reply with the answer, or direct messages without a fit channel.

    The askers also get direct messages if the thread is gone.
    """
    del payload
    if notice.paused is not None:
        return _notify_askers_instead(context, notice, notice.paused)
    act = act_without_person(Origin.WORKER, context.now)
    summary, blocks = thread.build_settled_reply(
        notice.request,
        notice.recipients,
        notice.reason,
        is_ruled_again=notice.ruled_anew,
    )
    reply = _reply(notice, summary, blocks)

    def notify(tx: Transaction) -> None:
        notify_askers(tx, act, notice.request)

    if reply is None:
        return EnqueueInstead(enqueue=notify)
    return replace(reply, instead=notify)


def _notify_askers_instead(
    context: SendContext,
    notice: RequestNotice,
    paused: Refusal,
) -> Message:
    """Return direct messages: the askers wait for the answer, which needs no channel."""
    if paused.rule == NOT_SEEN_YET:
        return postponed(paused)
    act = act_without_person(Origin.WORKER, context.now)
    return EnqueueInstead(enqueue=lambda tx: notify_askers(tx, act, notice.request))


def _paused_by(notice: RequestNotice) -> str | None:
    if notice.paused is None:
        return None
    return notice.paused.rule


def postponed(paused: Refusal) -> Postpone:
    """Return the pause of a message that its channel may not get now."""
    if paused.rule == NOT_SEEN_YET:
        # The first inspection comes within seconds of the start.
        return Postpone(pause=timedelta(seconds=1))
    return Postpone()


def _reply(
    notice: RequestNotice,
    summary: str,
    blocks: list[Block],
) -> Post | None:
    request = notice.request
    if request.channel_id is None:
        return None
    if request.thread_ts is None:
        return None
    return Post(
        channel=request.channel_id,
        text=summary,
        blocks=blocks,
        thread_ts=request.thread_ts,
        then=lambda tx, channel, ts: tx.requests.add_thread_reply(
            request.id,
            channel,
            ts,
        ),
    )


def compose_cleared_reply(
    context: SendContext,
    payload: ClearReply,
    notice: RequestNotice,
) -> Message:
    """Return what replaces a reply that holds an erased word."""
    del context
    summary, blocks = thread.build_cleared_reply(notice.request)
    return Update(
        channel=payload.channel_id,
        ts=payload.ts,
        text=summary,
        blocks=blocks,
    )
