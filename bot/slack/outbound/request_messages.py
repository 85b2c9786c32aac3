"""Messages about requests: the thread, its replies, and direct messages to askers."""

from dataclasses import replace
from datetime import timedelta

from bot.rules.channels.fitness import NOT_SEEN_YET
from bot.rules.refusals import Refusal
from bot.rules.requests.lifecycle import LIVE
from bot.slack.blocks import Block, escape, link, typed_section
from bot.slack.handlers import approve, thread
from bot.slack.outbound.outgoing import (
    Composers,
    EnqueueInstead,
    Message,
    Post,
    Postpone,
    SendContext,
    Update,
)
from bot.text import text
from bot.usecases.context import act_without_person
from bot.usecases.erasure.waiting import find_waiting
from bot.usecases.requests.notice import (
    RequestNotice,
    forget_thread,
    notify_askers,
    remember_thread,
)
from storage.records import ChannelProblem, Origin, RequestState
from storage.records.outbox import (
    ClearReply,
    NotifyAsker,
    NotifyAskWaiting,
    NotifyElevatedAsked,
    NotifyErasureWaiting,
    NotifyLinkTried,
    NotifyPaused,
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


def add_request_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add_for_request(PostThread, compose_thread)
    composers.add_for_request(UpdateThread, compose_thread_update)
    composers.add_for_request(PostDisputedReply, compose_disputed_reply)
    composers.add_for_request(PostSettledReply, compose_settled_reply)
    composers.add_for_request(ClearReply, compose_cleared_reply)
    composers.add_for_request(NotifyAsker, compose_asker_notice)
    composers.add_for_request(NotifyPaused, compose_paused_notice)
    composers.add_for_request(NotifyLinkTried, compose_link_tried)
    composers.add_for_request(NotifyElevatedAsked, compose_elevated_asked)
    composers.add_for_request(NotifyAskWaiting, compose_waiting_ask)
    composers.add(NotifyErasureWaiting, compose_erasure_waiting)


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
        return _postponed(notice.paused)
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
        if_gone=lambda tx: forget_thread(tx, request.id, request.thread_ts),
    )


def compose_disputed_reply(
    context: SendContext,
    payload: PostDisputedReply,
    notice: RequestNotice,
) -> Message:
    """Return the reply that asks the leads to rule; none if one has ruled."""
    del context, payload
    if notice.request.state is not RequestState.DISPUTED:
        return None
    if notice.paused is not None:
        return _postponed(notice.paused)
    summary, blocks = thread.build_disputed_reply(
        notice.request,
        notice.desk,
        is_appealed=notice.is_appealed,
    )
    return _reply(notice, summary, blocks)


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
        return _postponed(paused)
    act = act_without_person(Origin.WORKER, context.now)
    return EnqueueInstead(enqueue=lambda tx: notify_askers(tx, act, notice.request))


def _paused_by(notice: RequestNotice) -> str | None:
    if notice.paused is None:
        return None
    return notice.paused.rule


def _postponed(paused: Refusal) -> Postpone:
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


def compose_asker_notice(
    context: SendContext,
    payload: NotifyAsker,
    notice: RequestNotice,
) -> Message:
    """Return how the request ended, for an asker."""
    del context
    ending = thread.describe_end_for_asker(notice.request)
    return Post(
        channel=payload.user_id,
        text=escape(ending),
        blocks=[typed_section(ending)],
    )


def compose_paused_notice(
    context: SendContext,
    payload: NotifyPaused,
    notice: RequestNotice,
) -> Message:
    """Return that the request is paused; none if it is no longer."""
    del context
    if notice.paused is None:
        return None
    if notice.request.state not in LIVE:
        return None
    if notice.paused.rule == NOT_SEEN_YET:
        return _postponed(notice.paused)
    return Post(channel=payload.user_id, text=thread.describe_pause(notice.request))


def compose_link_tried(
    context: SendContext,
    payload: NotifyLinkTried,
    notice: RequestNotice,
) -> Message:
    """Return that a person outside the desk tried the link, for the asker."""
    del context
    return Post(
        channel=payload.asker_id,
        text=thread.describe_tried_link(notice.request),
    )


def compose_elevated_asked(
    context: SendContext,
    payload: NotifyElevatedAsked,
    notice: RequestNotice,
) -> Message:
    """Return the question whether a colleague may hear an elevated listen."""
    url = f"{context.services.public_url}/closer"
    page = link(url, text("requests.elevated.decide"))
    name = notice.request.name
    question = text("requests.elevated.asked", request=name, page=page)
    return Post(channel=payload.user_id, text=question)


def compose_waiting_ask(
    context: SendContext,
    payload: NotifyAskWaiting,
    notice: RequestNotice,
) -> Message:
    """Return the question whether a waiting request may go on; none if decided."""
    del context
    if notice.request.state is not RequestState.WAITING:
        return None
    shown = approve.build_notice(notice.request)
    return Post(
        channel=payload.user_id,
        text=thread.summarize_request(notice.request),
        blocks=shown,
    )


def compose_erasure_waiting(
    context: SendContext,
    payload: NotifyErasureWaiting,
) -> Message:
    """Return that a recording is erased unless kept; none if it waits no more."""
    found = find_waiting(context.services, payload.waiting_key)
    if found is None:
        return None
    summary, blocks = thread.build_erasure_notice(
        found.request,
        found.waiting.due_at,
        context.services.public_url,
    )
    return Post(
        channel=payload.user_id,
        text=summary,
        blocks=blocks,
    )
