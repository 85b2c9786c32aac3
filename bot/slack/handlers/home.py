"""App Home: my asks, what I can answer, what needs my ruling."""

from bot.rules.distress.care import Rest
from bot.rules.requests.lifecycle import LIVE, SETTLED
from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers import care, sharing
from bot.slack.handlers.thread import pressed
from bot.text.shared import COVERED, STATES, settled_as, time_left
from bot.usecases.people import home
from bot.usecases.people.home import Home
from bot.usecases.requests import withdraw
from storage.records import Request, Role


def on_opened(delivery: SlackDelivery) -> None:
    """Show this person their Home."""
    if delivery.payload["event"].get("tab") not in (None, "home"):
        delivery.ack()
        return
    publish(delivery)
    delivery.ack()


def on_withdraw(delivery: SlackDelivery) -> None:
    """Take a question back, and show Home as it is now."""
    withdraw.withdraw(delivery.services, delivery.act, pressed(delivery))
    publish(delivery)
    delivery.ack()


def on_dealt_with(delivery: SlackDelivery) -> None:
    """Take an entry off the leads' list, and show Home as it is now."""
    sharing.on_dealt_with(delivery)
    publish(delivery)
    delivery.ack()


def publish(delivery: SlackDelivery) -> None:
    """Send this person's Home to Slack."""
    shown = home_view(home.read_home(delivery.services, delivery.act), delivery)
    delivery.client.views_publish(user_id=delivery.act.actor.user_id, view=shown)


def home_view(lists: Home, delivery: SlackDelivery) -> Block:
    """Home as blocks; at most 10 rows a list keeps it far under Slack's 100 blocks."""
    shown: list[Block] = []
    if lists.roles & {Role.REVIEWER, Role.LEAD}:
        ask = blocks.button("Ask about a word", "ask_from_home", style="primary")
        stop = blocks.button("Stop a recording", "stop_from_home")
        shown += [blocks.actions(ask, stop)]
    if lists.rest is not None:
        shown += _rest_rows(lists.rest)
    if Role.LEAD in lists.roles:
        shown += [blocks.header("Needs your ruling")]
        shown += [_rule_row(r, delivery) for r in lists.needs_ruling] or [
            _empty("Nothing waits.")
        ]
        if lists.incidents:
            shown += [blocks.header("For a word in private")]
            shown += [
                sharing.row(incident, delivery.act.now) for incident in lists.incidents
            ]
    if lists.roles & {Role.REVIEWER, Role.LEAD}:
        shown += [blocks.header("You can answer")]
        shown += [_answer_row(r, delivery) for r in lists.can_answer] or [
            _empty("Nothing waits.")
        ]
        if lists.paused_mine:
            names = ", ".join(escape(name) for name in lists.paused_mine)
            shown.append(
                blocks.context(f"{names}: paused until its channel is in order.")
            )
        shown += [blocks.header("You asked")]
        asked = [_asked_row(request, lists) for request in lists.asked]
        shown += asked or [_empty("You have asked nothing yet.")]
    if Role.AUDITOR in lists.roles:
        page = f"{delivery.services.public_url}/audit"
        shown += [
            blocks.header("Access log"),
            blocks.section(
                "Ask with `/clip-audit`, or on the page.",
                blocks.button("Open the log", "open_page", url=page),
            ),
        ]
    if Role.SAFETY_OFFICER in lists.roles:
        shown += [
            blocks.header("Safety"),
            blocks.section(
                "Stopped recordings, those due first.",
                blocks.button(
                    "Open the cases",
                    "open_page",
                    url=f"{delivery.services.public_url}/case",
                ),
            ),
        ]
    if lists.roles:
        page = f"{delivery.services.public_url}/care"
        shown += [
            blocks.header("For yourself"),
            blocks.actions(
                blocks.button("Take a break", "take_break"),
                blocks.button("Talk to someone", "talk_to_someone"),
                blocks.button("My care page", "open_page", url=page),
            ),
        ]
    if not shown:
        shown = [
            blocks.section(
                "You have no role in help-clip yet. Ask your lead or administrator to add you."
            )
        ]
    return {"type": "home", "blocks": shown}


def _rest_rows(rest: Rest) -> list[Block]:
    if rest.chosen:
        return care.break_blocks(rest)
    line = f"You have met several hard recordings today, so you rest until {rest.until:%H:%M} UTC."
    return [blocks.section(f"{line} {COVERED}")]


def _rule_row(request: Request, delivery: SlackDelivery) -> Block:
    url = f"{delivery.services.public_url}/rule/{request.key}"
    return blocks.section(
        f"*{request.name}* · {escape(_desk(request, delivery))}",
        blocks.button("Rule", "rule", url=url, label=f"Rule on {request.name}"),
    )


def _answer_row(request: Request, delivery: SlackDelivery) -> Block:
    url = f"{delivery.services.public_url}/r/{request.key}"
    return blocks.section(
        f"*{request.name}* · {escape(_desk(request, delivery))} · {time_left(request, delivery.act.now)}",
        blocks.button(
            "Listen and answer",
            "listen",
            url=url,
            label=f"Listen to {request.name} and answer",
        ),
    )


def _asked_row(request: Request, lists: Home) -> Block:
    line = f"*{request.name}* · {STATES[request.state]}"
    if request.desk in lists.paused and request.state in LIVE:
        line += " · paused until the desk's channel is in order"
    if request.state in SETTLED:
        line += f": {escape(settled_as(request))}"
    if request.state in LIVE:
        return blocks.section(
            line,
            blocks.button(
                "Withdraw",
                "withdraw",
                value=request.key,
                label=f"Withdraw {request.name}",
            ),
        )
    return blocks.section(line)


def _desk(request: Request, delivery: SlackDelivery) -> str:
    return delivery.services.desks[request.desk].name


def _empty(text: str) -> Block:
    return blocks.context(text)
