"""Messages about requests that have waited: nudges, and the asker's choice."""

from bot.rules.requests import clocks, lifecycle
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.handlers.request_buttons import (
    close_unclear_button,
    listen_button,
    rule_button,
)
from bot.slack.outbound.outgoing import Composers, Message, Post, SendContext
from bot.text import text
from bot.text.times import describe_duration
from bot.usecases.requests.notice import RequestNotice
from storage.records import Request, RequestState
from storage.records.outbox import (
    AskToHelp,
    ClockPayload,
    NotifyAskerDue,
    NudgePerson,
)


def add_clock_messages(composers: Composers) -> None:
    """Register the composers of this module."""
    composers.add_for_request(NudgePerson, compose_nudge)
    composers.add_for_request(AskToHelp, compose_question)
    composers.add_for_request(NotifyAskerDue, compose_choice)


def compose_nudge(
    context: SendContext,
    payload: NudgePerson,
    notice: RequestNotice,
) -> Message:
    """Return the private nudge before a request is due; none if it waits no more."""
    return _question(context, payload, notice, "nudge")


def compose_question(
    context: SendContext,
    payload: AskToHelp,
    notice: RequestNotice,
) -> Message:
    """Return the question to help with a late request; none if it waits no more."""
    return _question(context, payload, notice, "late")


def compose_choice(
    context: SendContext,
    payload: NotifyAskerDue,
    notice: RequestNotice,
) -> Message:
    """Return the asker's choice: to wait, or to close it; none if it waits no more."""
    del context
    request = notice.request
    if not _still_waits(payload, request):
        return None
    sentence = text(f"clocks.asker.{request.state}", request=request.name)
    return Post(
        channel=payload.user_id,
        text=text("clocks.summary.late", request=request.name),
        blocks=[
            blocks.section(sentence),
            blocks.actions(close_unclear_button(request)),
        ],
    )


def _still_waits(payload: ClockPayload, request: Request) -> bool:
    """Return whether the request still waits in the state that the message is about."""
    if request.state not in lifecycle.TIMED:
        return False
    return payload.state in ("", request.state)


def _question(
    context: SendContext,
    payload: ClockPayload,
    notice: RequestNotice,
    kind: str,
) -> Message:
    """Return a question with the button that leads to the request's page.

    Nothing is asked while nothing of the desk plays.
    """
    request = notice.request
    if not _still_waits(payload, request):
        return None
    if notice.paused is not None:
        return None
    waited = context.now - clocks.waiting_since(request)
    sentence = text(
        f"clocks.{kind}.{request.state}",
        request=request.name,
        waited=describe_duration(waited),
    )
    return Post(
        channel=payload.user_id,
        text=text(f"clocks.summary.{kind}", request=request.name),
        blocks=[
            blocks.section(sentence),
            blocks.actions(_page_button(request, context.services.public_url)),
        ],
    )


def _page_button(request: Request, public_url: str) -> Block:
    if request.state is RequestState.DISPUTED:
        return rule_button(request, public_url)
    return listen_button(request, public_url, "primary")
