"""Care in Slack: a break, people to talk to, and the weekly line."""

from bot.rules.distress.care import Rest
from bot.slack import blocks
from bot.slack.blocks import Block, bold, escape
from bot.slack.delivery import SlackDelivery
from bot.text import text
from bot.usecases.distress import care


def take_break(delivery: SlackDelivery) -> None:
    """Begin a break of the acting person."""
    rest = care.take_break(delivery.services, delivery.act)
    delivery.ack()
    delivery.reply_privately(describe_break(rest), build_break(rest))


def end_break(delivery: SlackDelivery) -> None:
    """End a break before its time."""
    care.end_break(delivery.services, delivery.act)
    delivery.ack()
    delivery.reply_privately(text("distress.care.welcome_back"))


def acknowledge_fine(delivery: SlackDelivery) -> None:
    """Answer a person without a need. Nothing is recorded."""
    delivery.ack()
    delivery.reply_privately(text("distress.care.fine"))


def show_contacts(delivery: SlackDelivery) -> None:
    """Show the people to talk to: the contacts of the sites, and a colleague."""
    delivery.ack()
    delivery.reply_privately(text("distress.care.contacts"), build_contacts(delivery))


def build_offer(key: str) -> list[Block]:
    """Return the help that is offered to a reporter; `key` names the case."""
    buttons = [
        blocks.button(text("slack.button.take_break"), "take_break", value=key),
        blocks.button(text("distress.stopped_page.talk"), "talk_to_someone", value=key),
        blocks.button(text("distress.stopped_page.fine"), "im_fine", value=key),
    ]
    offer = text("distress.care.offer")
    return [blocks.context(offer), blocks.actions(*buttons)]


def describe_break(rest: Rest) -> str:
    """Return until when a break lasts, and its consequences."""
    return text("distress.care.on_break", time=f"{rest.until:%H:%M}")


def describe_cool_down(rest: Rest) -> str:
    """Return why a person rests without having taken a break, and until when."""
    return text("distress.care.cool_down", time=f"{rest.until:%H:%M}")


def build_break(rest: Rest) -> list[Block]:
    """Return the break with the button that ends it."""
    back = blocks.button(text("distress.care_page.back"), "back_from_break")
    return [blocks.section(describe_break(rest)), blocks.actions(back)]


def build_contacts(delivery: SlackDelivery) -> list[Block]:
    """Return the contacts of every site, and the button that calls a colleague."""
    shown = []
    for contact in delivery.services.desks.safety.contacts:
        site = bold(escape(contact.site))
        shown.append(blocks.section(f"{site}\n{escape(contact.says)}"))
    call = blocks.button(text("distress.care_page.call"), "call_colleague")
    shown.append(blocks.section(text("distress.care.or_colleague")))
    shown.append(blocks.actions(call))
    return shown


def describe_week(words: int) -> str:
    """Return how many words a listener helped to settle this week."""
    return text("distress.care.week", count=words)
