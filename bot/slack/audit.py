"""`/clip-audit`: who heard it, what did they do, what happened."""

from bot.slack.calls import Call


def on_query(call: Call) -> None:
    call.answer("soon")


def on_page(call: Call) -> None:
    call.ack()
