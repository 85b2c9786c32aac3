"""`/clip-talk`: the call, the conversation it opens, and reminders in it.

help-clip reminds the author of a message that mentions a recording. It keeps nothing of the
conversation, neither in its database nor in a log.
"""

from dataclasses import replace
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Content, mention
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.sharing import author_of, read_message
from bot.text import text
from bot.usecases.distress import peer_support
from storage.records import Person, Slip, Talk


def call_colleague_by_command(delivery: SlackDelivery) -> None:
    """Call the circle of colleagues, or the colleague that `/clip-talk` names."""
    colleague = delivery.payload.get("text", "")
    called = peer_support.ask_colleagues(delivery.services, delivery.act, colleague)
    delivery.answer_command(_describe_call(called))


def call_colleague(delivery: SlackDelivery) -> None:
    """Call the circle of colleagues from a button."""
    called = peer_support.ask_colleagues(delivery.services, delivery.act, "")
    delivery.ack()
    delivery.reply_privately(_describe_call(called))


def _describe_call(people: int) -> str:
    if people == 0:
        return text("distress.peer_talk.nobody_free")
    return text("distress.peer_talk.called")


def take_call(delivery: SlackDelivery) -> None:
    """Introduce a colleague with time to the caller."""
    peer_support.take_talk(delivery.services, delivery.act, delivery.button_value)
    delivery.ack()
    delivery.reply_privately(text("distress.peer_talk.taken"))


def check_message(delivery: SlackDelivery) -> None:
    """Check a new or edited message of a group conversation that help-clip opened."""
    event = delivery.payload["event"]
    message = event
    if event.get("subtype") == "message_changed":
        message = event["message"]
    _remind(delivery, event["channel"], message)
    delivery.ack()


def _remind(
    delivery: SlackDelivery,
    channel_id: str,
    message: dict[str, Any],
) -> None:
    author = author_of(delivery, message)
    if author is None:
        return
    written = read_message(channel_id, message)
    act = replace(delivery.act, person=author)
    n_files = len(written.files)
    slip = peer_support.check_message(delivery.services, act, written.text, n_files)
    if slip is None:
        return
    summary, shown = build_reminder(slip)
    delivery.client.chat_postEphemeral(
        channel=channel_id,
        user=author.user_id,
        text=summary,
        blocks=shown,
        thread_ts=written.thread_ts,
    )


def build_call(talk: Talk) -> Content:
    """Return the question to a colleague, with the caller and without a reason."""
    caller = mention(talk.caller.user_id)
    have_time = blocks.button(
        text("slack.button.have_time"),
        "have_time",
        value=talk.key,
    )
    return text("distress.peer_talk.call_summary"), [
        blocks.section(text("distress.peer_talk.call", caller=caller)),
        blocks.actions(have_time),
        blocks.context(text("distress.peer_talk.call_ignored")),
    ]


def build_opening(
    caller: Person,
    colleague: Person,
) -> Content:
    """Return the first message of the conversation."""
    introduction = text(
        "distress.peer_talk.introduction",
        caller=mention(caller.user_id),
        colleague=mention(colleague.user_id),
    )
    return text("distress.peer_talk.opening_summary"), [
        blocks.section(introduction),
        blocks.section(text("distress.peer_talk.one_rule")),
        blocks.context(text("distress.peer_talk.privacy")),
    ]


def build_reminder(slip: Slip) -> Content:
    """Return the private reminder to the author, which quotes nothing."""
    return text("slack.coaching.summary"), [
        blocks.section(text(f"distress.slip.{slip}")),
        blocks.context(text("distress.peer_talk.reminder_privacy")),
    ]
