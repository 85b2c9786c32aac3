"""Care in Slack: a break, somebody to talk to, the weekly line."""

from bot.rules.distress.care import Rest
from bot.slack import blocks
from bot.slack.blocks import Block, escape
from bot.slack.delivery import SlackDelivery
from bot.text.shared import COVERED
from bot.usecases.distress import care


def on_break(delivery: SlackDelivery) -> None:
    """Take a break, from wherever it is offered."""
    rest = care.take_break(delivery.services, delivery.act)
    delivery.ack()
    delivery.whisper(break_text(rest), break_blocks(rest))


def on_back(delivery: SlackDelivery) -> None:
    """Back before its time."""
    care.end_break(delivery.services, delivery.act)
    delivery.ack()
    delivery.whisper("Welcome back. What waits for you is in help-clip Home.")


def on_fine(delivery: SlackDelivery) -> None:
    """Nothing is needed: nothing is kept, and nobody asks again."""
    delivery.ack()
    delivery.whisper("Good. Should that change, it is all in help-clip Home.")


def on_someone(delivery: SlackDelivery) -> None:
    """Talk to someone: who is there, and a colleague."""
    delivery.ack()
    delivery.whisper("People to talk to", contact_blocks(delivery))


def after_stop(key: str) -> list[Block]:
    """What is offered to whoever stopped a recording."""
    return [
        blocks.context("And for yourself, if you like:"),
        blocks.actions(
            blocks.button("Take a break", "take_break", value=key),
            blocks.button("Talk to someone", "talk_to_someone", value=key),
            blocks.button("I'm fine", "im_fine", value=key),
        ),
    ]


def break_text(rest: Rest) -> str:
    return f"You are on a break until {rest.until:%H:%M} UTC. {COVERED}"


def break_blocks(rest: Rest) -> list[Block]:
    return [
        blocks.section(break_text(rest)),
        blocks.actions(blocks.button("I'm back", "back_from_break")),
    ]


def contact_blocks(delivery: SlackDelivery) -> list[Block]:
    """The contacts of every site, and the colleagues who are glad to be called."""
    contacts = delivery.services.desks.safety.contacts
    shown = [blocks.section(f"*{escape(c.site)}*\n{escape(c.says)}") for c in contacts]
    return [
        *shown,
        blocks.section(
            "Or a colleague: whoever has time meets you in a conversation here in Slack."
        ),
        blocks.actions(blocks.button("Call a colleague", "call_colleague")),
    ]


def weekly_line(words: int) -> str:
    fixed = "one word" if words == 1 else f"{words} words"
    return f"This week your answers fixed {fixed}."
