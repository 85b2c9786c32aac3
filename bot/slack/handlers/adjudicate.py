"""`/clip-queue`: what needs a ruling, oldest first."""

from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.text.shared import asked_ago
from bot.usecases.channels import incidents
from bot.usecases.requests import adjudicate
from bot.usecases.requests.adjudicate import QueueItem

_SHOWN = 15
_IN_PRIVATE = "Your help-clip Home lists something for a word in private."


def on_queue(delivery: SlackDelivery) -> None:
    """Show the lead their queue."""
    items = adjudicate.view_queue(delivery.services, delivery.act)
    in_private = incidents.count_incidents(delivery.services, delivery.act)
    if not items:
        rest = f" {_IN_PRIVATE}" if in_private else " Well done."
        delivery.answer(f"Nothing needs a ruling.{rest}")
        return
    shown: list[Block] = [blocks.section(f"*{_count(len(items))}*")]
    shown += [_row(delivery, item) for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        more = f"{delivery.services.public_url}/rule"
        shown.append(blocks.context(f"<{more}|All {len(items)} of them>"))
    if in_private:
        shown.append(blocks.context(_IN_PRIVATE))
    delivery.answer(_count(len(items)), shown)


def _row(delivery: SlackDelivery, item: QueueItem) -> Block:
    request = item.request
    line = f"*{request.name}* · {escape(item.desk_name)} · {item.proposals} answers"
    if item.mine:
        return blocks.section(
            f"{line}\nYou asked or answered this one; another lead rules."
        )
    line += f" · {asked_ago(request, delivery.act.now)}"
    return blocks.section(
        line,
        blocks.button(
            "Rule",
            "rule",
            url=f"{delivery.services.public_url}/rule/{request.key}",
            label=f"Rule on {request.name}",
        ),
    )


def _count(n: int) -> str:
    return "1 request needs a ruling" if n == 1 else f"{n} requests need a ruling"
