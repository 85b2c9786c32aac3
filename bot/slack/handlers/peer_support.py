"""`/clip-talk`: the call, the conversation it opens, and a kind word when a recording
turns up.

Of what is said there nothing is kept, here or in any log.
"""

from dataclasses import replace
from typing import Any

from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.delivery import SlackDelivery
from bot.slack.handlers.sharing import author_of, said_in
from bot.slack.handlers.thread import pressed
from bot.usecases.distress import peer_support
from storage.records import Person, Slip, Talk


def on_talk(delivery: SlackDelivery) -> None:
    """`/clip-talk`, alone or with one colleague."""
    delivery.answer(
        _called(
            peer_support.call(
                delivery.services, delivery.act, delivery.payload.get("text", "")
            )
        )
    )


def on_talk_pressed(delivery: SlackDelivery) -> None:
    """The same from a button."""
    called = peer_support.call(delivery.services, delivery.act, "")
    delivery.ack()
    delivery.whisper(_called(called))


def on_have_time(delivery: SlackDelivery) -> None:
    """A colleague has time."""
    peer_support.take(delivery.services, delivery.act, pressed(delivery))
    delivery.ack()
    delivery.whisper("Thank you. A conversation of the two of you opens in a moment.")


def on_message(delivery: SlackDelivery) -> None:
    """Something was written in a group conversation that help-clip is in: it opened
    it.
    """
    event = delivery.payload["event"]
    edited = event.get("subtype") == "message_changed"
    _look(delivery, event["channel"], event["message"] if edited else event)
    delivery.ack()


def _look(delivery: SlackDelivery, channel_id: str, message: dict[str, Any]) -> None:
    author = author_of(delivery, message)
    if author is None:
        return
    said = said_in(channel_id, message)
    act = replace(delivery.act, person=author)
    slip = peer_support.look_at(delivery.services, act, said.text, len(said.files))
    if slip is not None:
        text, shown = reminder(slip)
        delivery.client.chat_postEphemeral(
            channel=channel_id,
            user=author.user_id,
            text=text,
            blocks=shown,
            thread_ts=said.thread_ts,
        )


def colleague_call(found: Talk) -> tuple[str, list[Block]]:
    """What a colleague is asked. It says who calls, and nothing of why."""
    return "A colleague would like to talk", [
        blocks.section(
            f"<@{found.caller.user_id}> would like to talk for a few minutes. "
            "Nothing about any recording goes through here, and no reason."
        ),
        blocks.actions(
            blocks.button("I have time", "have_time", value=found.key),
        ),
        blocks.context("If not, do nothing: nobody sees that you did not."),
    ]


def opening(caller: Person, colleague: Person) -> tuple[str, list[Block]]:
    """The first message of their conversation."""
    return "Somebody has time to talk", [
        blocks.section(
            f"<@{caller.user_id}>, <@{colleague.user_id}> has time for you. "
            "This is for the two of you: write here, or call each other."
        ),
        blocks.section(
            "*One rule*: how you are, as much as you like; the recording, not at all. "
            "No ids, no times, no links, no files, none of its words."
        ),
        blocks.context(
            "help-clip reads along for that alone and keeps nothing of what you write, nor that "
            "you talked. Slack keeps messages as your company has set it."
        ),
    ]


_FOUND = {
    Slip.FILE: "holds a file",
    Slip.LINK: "holds a link to a request",
    Slip.CLIP: "names a recording",
    Slip.SPAN: "says where in a recording something is",
    Slip.QUOTE: "seems to quote a recording",
}


def reminder(slip: Slip) -> tuple[str, list[Block]]:
    """What only whoever wrote it sees. It never repeats what they wrote."""
    return "A word from help-clip", [
        blocks.section(
            f"Your message {_FOUND[slip]}. Please take it out: hover over it, *More actions*, "
            "*Edit* or *Delete message*. How you are is welcome here; the recording stays outside."
        ),
        blocks.context(
            "Only you see this. Nobody is told, and what you wrote is not kept."
        ),
    ]


def _called(people: int) -> str:
    if people == 0:
        return (
            "Nobody in the circle has time right now. "
            "The contacts under *Talk to someone* in help-clip Home do."
        )
    return "Called. As soon as somebody has time, the two of you meet in your direct messages."
