"""`/clip-talk`: the call, and the introduction of the two people to each other."""

from bot.slack import blocks
from bot.slack.blocks import Content, mention
from bot.slack.delivery import SlackDelivery
from bot.text import text
from bot.usecases.distress import peer_support
from storage.records import Person, Talk


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
    talk = peer_support.take_talk(
        delivery.services, delivery.act, delivery.button_value
    )
    delivery.ack()
    caller = mention(talk.caller.user_id)
    sentences = (
        text("distress.peer_talk.taken", caller=caller),
        text("distress.peer_talk.one_rule"),
    )
    delivery.reply_privately(" ".join(sentences))


def mute_calls(delivery: SlackDelivery) -> None:
    """Keep the caller's calls away for a time, which only the presser learns."""
    until = peer_support.mute_caller(
        delivery.services, delivery.act, delivery.button_value
    )
    delivery.ack()
    time = f"{until:%Y-%m-%d %H:%M}"
    delivery.reply_privately(text("distress.peer_talk.muted", time=time))


def build_call(talk: Talk) -> Content:
    """Return the question to a colleague, with the caller and without a reason."""
    caller = mention(talk.caller.user_id)
    have_time = blocks.button(
        text("slack.button.have_time"),
        "have_time",
        value=talk.key,
    )
    no_time = blocks.button(
        text("common.button.not_now"),
        "no_time",
        value=talk.key,
    )
    return text("distress.peer_talk.call_summary"), [
        blocks.section(text("distress.peer_talk.call", caller=caller)),
        blocks.actions(have_time, no_time),
        blocks.context(text("distress.peer_talk.call_ignored")),
    ]


def build_introduction(colleague: Person) -> Content:
    """Return the message that introduces a colleague with time to the caller."""
    introduction = text(
        "distress.peer_talk.introduction", colleague=mention(colleague.user_id)
    )
    return text("distress.peer_talk.introduction_summary"), [
        blocks.section(introduction),
        blocks.section(text("distress.peer_talk.one_rule")),
        blocks.context(text("distress.peer_talk.privacy")),
    ]
