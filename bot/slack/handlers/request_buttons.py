"""The buttons of a request, the same in its thread, in Home and in the queue."""

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.text import text
from storage.records import Request


def listen_button(
    request: Request,
    public_url: str,
    style: str | None = None,
) -> Block:
    """Return the button that opens the page on which the request is answered."""
    return blocks.button(
        text("slack.button.listen_and_answer"),
        "listen",
        url=f"{public_url}/r/{request.key}",
        style=style,
        label=text("slack.button.listen_to", request=request.name),
    )


def rule_button(
    request: Request,
    public_url: str,
) -> Block:
    """Return the button that opens the page on which a lead rules."""
    return blocks.button(
        text("requests.ruling_page.rule"),
        "rule",
        url=f"{public_url}/rule/{request.key}",
        label=text("requests.ruling_queue.rule_on", request=request.name),
    )


def agree_buttons(request: Request) -> list[Block]:
    """Return the buttons with which a lead decides on a question that waits."""
    agree = blocks.button(
        text("slack.button.agree"),
        "approve_ask",
        value=request.key,
        label=text("requests.waiting_queue.agree_to", request=request.name),
    )
    refuse = blocks.button(
        text("common.button.do_not_agree"),
        "refuse_ask",
        value=request.key,
        label=text("requests.waiting_queue.refuse_request", request=request.name),
    )
    return [agree, refuse]


def decline_button(request: Request) -> Block:
    """Return the button that takes the request off a person's list."""
    return blocks.button(
        text("common.button.not_me"),
        "not_me",
        value=request.key,
    )


def stop_button(request: Request) -> Block:
    """Return the button that stops the recording at once."""
    return blocks.button(
        text("common.button.stop"),
        "stop",
        value=request.key,
        style="danger",
        label=text("slack.button.stop_request", request=request.name),
    )


def withdraw_button(request: Request) -> Block:
    """Return the button that withdraws the request."""
    return blocks.button(
        text("slack.button.withdraw"),
        "withdraw",
        value=request.key,
        label=text("slack.button.withdraw_request", request=request.name),
    )


def close_unclear_button(request: Request) -> Block:
    """Return the button with which its asker closes a late request."""
    return blocks.button(
        text("clocks.asker.close"),
        "close_unclear",
        value=request.key,
        label=text("clocks.asker.close_request", request=request.name),
    )


def page_button(
    label: str,
    url: str,
) -> Block:
    """Return a button that only opens a page."""
    return blocks.button(label, "open_page", url=url)
