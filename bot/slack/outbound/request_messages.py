"""Direct messages about requests: to askers, leads and officers."""

from bot.rules.channels.fitness import NOT_SEEN_YET
from bot.rules.requests.lifecycle import LIVE
from bot.slack.blocks import escape, link, typed_section
from bot.slack.handlers import approve, thread
from bot.slack.outbound.outgoing import (
    Composers,
    Message,
    Post,
    SendContext,
)
from bot.slack.outbound.thread_messages import postponed
from bot.text import text
from bot.usecases.erasure.waiting import find_waiting
from bot.usecases.requests.notice import RequestNotice
from storage.records import RequestState
from storage.records.outbox import (
    NotifyAsker,
    NotifyAskWaiting,
    NotifyElevatedAsked,
    NotifyErasureWaiting,
    NotifyLinkTried,
    NotifyPaused,
)


def add_request_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add_for_request(NotifyAsker, compose_asker_notice)
    composers.add_for_request(NotifyPaused, compose_paused_notice)
    composers.add_for_request(NotifyLinkTried, compose_link_tried)
    composers.add_for_request(NotifyElevatedAsked, compose_elevated_asked)
    composers.add_for_request(NotifyAskWaiting, compose_waiting_ask)
    composers.add(NotifyErasureWaiting, compose_erasure_waiting)


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
        return postponed(notice.paused)
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
