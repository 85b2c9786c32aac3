"""The thread of a request: its messages in each state, and its buttons."""

from collections.abc import Sequence
from datetime import datetime

from bot.rules.desks import Desk
from bot.rules.requests.lifecycle import ENDED_WITHOUT_ANSWER, SETTLED
from bot.slack import blocks
from bot.slack.blocks import Block, Content, bold, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.request_buttons import (
    decline_button,
    listen_button,
    rule_button,
    stop_button,
)
from bot.text import spoken_again, text
from bot.text.requests import describe_result, list_difficulties
from bot.text.times import time_left
from bot.usecases.requests import propose
from bot.usecases.requests.clocks.close_unclear import close_unclear
from storage.records import Person, Request, RequestState


def acknowledge_link(delivery: SlackDelivery) -> None:
    """Acknowledge a button that only opens a page, as Slack requires."""
    delivery.ack()


def decline_request(delivery: SlackDelivery) -> None:
    """Take the request off the list of the person pressing "Not me"."""
    request = propose.decline(delivery.services, delivery.act, delivery.button_value)
    delivery.ack()
    delivery.reply_privately(text("requests.thread.declined", request=request.name))


def close_request_unclear(delivery: SlackDelivery) -> None:
    """Close the late question of the person pressing as unintelligible."""
    key = delivery.button_value
    request = close_unclear(delivery.services, delivery.act, key)
    delivery.ack()
    delivery.reply_privately(text("clocks.asker.closed", request=request.name))


def summarize_request(request: Request) -> str:
    """Return the top-level text, which names nothing but the state.

    Slack shows it in push notifications.
    """
    return text(f"requests.summary.{request.state}", request=request.name)


def build_parent(
    request: Request,
    desk: Desk,
    public_url: str,
    now: datetime,
    *,
    is_appealed: bool = False,
) -> list[Block]:
    """Return the first message of the thread."""
    if request.state is RequestState.OPEN:
        return _build_open(request, desk, public_url, now)
    if request.state is RequestState.DISPUTED:
        buttons = [rule_button(request, public_url), stop_button(request)]
        line = text("requests.thread.disputed")
        if is_appealed:
            line = text("requests.thread.appealed")
        return [
            _titled(request, desk, line),
            blocks.actions(*buttons),
        ]
    if request.state in SETTLED:
        settled = text("requests.thread.settled", result=describe_result(request))
        return [
            blocks.section(_title(request, desk)),
            blocks.typed_section(f"✅ {settled}"),
        ]
    return [_titled(request, desk, _ending(request))]


def _build_open(
    request: Request,
    desk: Desk,
    public_url: str,
    now: datetime,
) -> list[Block]:
    discussed = ""
    if not request.blind:
        discussed = text("requests.thread.discussed", quorum=request.quorum)
    details = blocks.join_parts(
        list_difficulties(request),
        discussed,
        time_left(request, now),
    )
    buttons = [
        listen_button(request, public_url, "primary"),
        decline_button(request),
        stop_button(request),
    ]
    return [
        _titled(request, desk, text("requests.thread.open")),
        blocks.context(details),
        blocks.actions(*buttons),
    ]


def build_paused_parent(
    request: Request,
    desk: Desk,
) -> list[Block]:
    """Return the first message of the thread while the desk's channel is not fit."""
    return [_titled(request, desk, text("requests.thread.paused"))]


def summarize_paused_request(request: Request) -> str:
    """Return the top-level text while the desk's channel is not fit."""
    return text("requests.summary.paused", request=request.name)


def _titled(
    request: Request,
    desk: Desk,
    line: str,
) -> Block:
    return blocks.section(f"{_title(request, desk)}\n{line}")


def _title(request: Request, desk: Desk) -> str:
    return blocks.join_parts(bold(request.name), escape(desk.name))


def _ending(request: Request) -> str:
    match request.state:
        case RequestState.WITHDRAWN:
            return text("requests.ending.withdrawn")
        case RequestState.EXPIRED:
            return text("requests.ending.expired")
        case RequestState.UNMASKABLE:
            return text("requests.ending.unmaskable")
        case _:
            return text("requests.ending.closed")


def build_disputed_reply(request: Request, *, is_appealed: bool) -> Content:
    """Return the reply for the people in the thread; leads get a digest."""
    summary = text("requests.summary.disputed_reply", request=request.name)
    line = text("requests.thread.disputed")
    if is_appealed:
        line = text("requests.thread.appealed")
    return summary, [blocks.section(line)]


def build_settled_reply(
    request: Request,
    askers: Sequence[Person],
    reason: str | None,
    *,
    is_ruled_again: bool,
) -> Content:
    """Return the reply that notifies the askers; a ruling comes with its reason."""
    mentions = [blocks.mention(person.user_id) for person in askers]
    if request.state in SETTLED:
        kind = "settled"
        if is_ruled_again:
            kind = "ruled_again"
        line = text(
            f"requests.{kind}_reply.line",
            request=request.name,
            result=describe_result(request),
        )
        summary = text(f"requests.{kind}_reply.summary", request=request.name)
    else:
        line = _ending(request)
        if request.state in ENDED_WITHOUT_ANSWER:
            line = describe_end_for_asker(request)
        summary = text("requests.summary.closed_reply", request=request.name)
    shown = [blocks.typed_section(line)]
    if mentions:
        shown.insert(0, blocks.section(" ".join(mentions)))
    if reason:
        ruled = text("requests.thread.reason", reason=reason)
        shown.append(blocks.typed_context(ruled))
    return summary, shown


def build_cleared_reply(request: Request) -> Content:
    """Return the replacement of a reply that held the request's word."""
    summary = text("requests.summary.cleared", request=request.name)
    return summary, [blocks.section(text("requests.ending.closed"))]


def build_erasure_notice(
    request: Request,
    due_at: datetime,
    public_url: str,
) -> Content:
    """Return the notice to a lead or an officer of an erasure that waits."""
    open_list = blocks.button(
        text("erasure.waiting.open"),
        "open_page",
        url=f"{public_url}/waiting",
    )
    time = f"{due_at:%d %B %Y, %H:%M}"
    notice = text("erasure.waiting.notice", request=request.name, time=time)
    summary = text("erasure.waiting.summary", request=request.name)
    return summary, [blocks.section(notice), blocks.actions(open_list)]


def describe_pause(request: Request) -> str:
    """Return the notice for an asker while the desk is paused."""
    return text("requests.asker_notice.paused", request=request.name)


def describe_tried_link(request: Request) -> str:
    """Return the notice for an asker that a person outside the desk tried the link."""
    return text("requests.asker_notice.link_tried", request=request.name)


def describe_end_for_asker(request: Request) -> str:
    """Return the notice for an asker that no thread can notify; it may hold a word."""
    name = request.name
    if request.state in SETTLED:
        result = describe_result(request)
        return text("requests.settled_reply.line", request=name, result=result)
    match request.state:
        case RequestState.EXPIRED:
            return text("requests.asker_notice.expired", request=name)
        case RequestState.REFUSED:
            return text("requests.asker_notice.refused", request=name)
        case RequestState.ACCIDENTAL:
            return text("requests.asker_notice.accidental", request=name)
        case RequestState.ERASED:
            return text("requests.asker_notice.erased", request=name)
        case RequestState.CONSENT_WITHDRAWN:
            return text("requests.asker_notice.consent_withdrawn", request=name)
    if not request.problem:
        return text("requests.asker_notice.unmaskable", request=name)
    return text(
        "requests.asker_notice.unmaskable_because",
        request=name,
        problem=spoken_again(request.problem),
    )
