"""A lead's decision on a question that waits, in the queue and in a direct message."""

from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.request_buttons import agree_buttons
from bot.text import text
from bot.text.times import seconds_of
from bot.usecases.requests import approve
from bot.usecases.requests.approve import WaitingAsk, WaitingAsks
from storage.records import Request


def approve_ask(delivery: SlackDelivery) -> None:
    """Let the question go on."""
    key = delivery.button_value
    request = approve.decide(delivery.services, delivery.act, key, approve=True)
    delivery.ack()
    sentence = text("requests.waiting.approved", request=request.name)
    delivery.reply_privately(sentence)


def refuse_ask(delivery: SlackDelivery) -> None:
    """End the question."""
    key = delivery.button_value
    request = approve.decide(delivery.services, delivery.act, key, approve=False)
    delivery.ack()
    sentence = text("requests.waiting.refused", request=request.name)
    delivery.reply_privately(sentence)


def build_waiting(found: WaitingAsks, public_url: str) -> list[Block]:
    """Return the questions that wait, each with its buttons."""
    if not found.items:
        return []
    heading = text("requests.waiting.heading", count=found.total)
    shown = [blocks.section(blocks.bold(heading))]
    for each in found.items:
        shown += _build_row(each)
    if len(found.items) < found.total:
        label = text("requests.queue.all", count=found.total)
        shown.append(blocks.context(blocks.link(f"{public_url}/rule", label)))
    return shown


def build_notice(request: Request) -> list[Block]:
    """Return the direct message to a lead."""
    sentence = text("requests.waiting.notice", request=request.name)
    return [
        blocks.section(sentence),
        blocks.actions(*agree_buttons(request)),
    ]


def _build_row(waiting: WaitingAsk) -> list[Block]:
    before = text(
        "requests.waiting.before",
        count=waiting.asked_before,
        seconds=seconds_of(waiting.asked_before_ms),
    )
    name = blocks.bold(waiting.request.name)
    line = blocks.join_parts(name, escape(waiting.desk_name), before)
    if waiting.mine:
        own = text("requests.waiting.own")
        return [blocks.section(f"{line}\n{own}")]
    return [
        blocks.section(line),
        blocks.actions(*agree_buttons(waiting.request)),
    ]
