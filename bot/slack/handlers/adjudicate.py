"""`/clip-queue`: the requests that need a ruling, oldest first."""

from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.approve import build_waiting
from bot.slack.handlers.request_buttons import rule_button
from bot.text import text
from bot.text.times import asked_ago
from bot.usecases.channels import incidents
from bot.usecases.requests import lists
from bot.usecases.requests.approve import list_waiting
from bot.usecases.requests.lists import ListFilter, Queue, QueueItem

_SHOWN = 15


def show_queue(delivery: SlackDelivery) -> None:
    """Show the lead the queue."""
    first_page = ListFilter(rows=_SHOWN)
    queue = lists.list_queue(delivery.services, delivery.act, first_page)
    has_incidents = incidents.has_incidents(delivery.services, delivery.act)
    found = list_waiting(delivery.services, delivery.act, _SHOWN)
    waiting = build_waiting(found, delivery.services.public_url)
    if queue.items:
        summary = text("requests.queue.count", count=queue.total)
        shown = _queue_blocks(delivery, queue, summary, has_incidents=has_incidents)
        delivery.answer_command(summary, shown + waiting)
    elif waiting:
        summary = text("requests.waiting_queue.title")
        delivery.answer_command(summary, waiting)
    elif has_incidents:
        delivery.answer_command(text("requests.queue.only_incidents"))
    else:
        delivery.answer_command(text("requests.queue.empty"))


def _queue_blocks(
    delivery: SlackDelivery,
    queue: Queue,
    summary: str,
    *,
    has_incidents: bool,
) -> list[Block]:
    shown = [blocks.section(blocks.bold(summary))]
    for item in queue.items:
        shown.append(_row(delivery, item))
    if queue.next_after is not None:
        url = f"{delivery.services.public_url}/rule"
        label = text("requests.queue.all", count=queue.total)
        shown.append(blocks.context(blocks.link(url, label)))
    if has_incidents:
        shown.append(blocks.context(text("requests.queue.incidents")))
    return shown


def _row(
    delivery: SlackDelivery,
    item: QueueItem,
) -> Block:
    request = item.request
    name = blocks.bold(request.name)
    desk = escape(item.desk_name)
    answers = text("requests.queue.answers", count=item.proposals)
    if item.mine:
        line = blocks.join_parts(name, desk, answers)
        own = text("requests.queue.own")
        return blocks.section(f"{line}\n{own}")
    asked = asked_ago(request, delivery.act.now)
    line = blocks.join_parts(name, desk, answers, asked)
    return blocks.section(line, rule_button(request, delivery.services.public_url))
