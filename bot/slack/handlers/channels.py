"""Channels: hearing that they changed, `/clip-setup`, and what administrators are
told.
"""

from collections.abc import Sequence

from bot.rules.channels.fitness import is_outsider, other_apps, what_to_do
from bot.slack import blocks
from bot.slack.blocks import Block
from bot.slack.channel_inspector import member_of
from bot.slack.delivery import Handler, SlackDelivery
from bot.usecases.channels import inspect
from storage.records import Channel, ChannelProblem


def on_changed(delivery: SlackDelivery) -> None:
    """Something about a channel changed: have it looked at."""
    inspect.check_soon(delivery.services, delivery.act, [channel_in(delivery)])
    delivery.ack()


def on_deleted(delivery: SlackDelivery) -> None:
    """The channel is gone for everybody."""
    inspect.mark_lost(
        delivery.services, delivery.act, channel_in(delivery), ChannelProblem.DELETED
    )
    delivery.ack()


def on_bot_removed(delivery: SlackDelivery) -> None:
    """The channel is gone for us."""
    inspect.mark_lost(
        delivery.services,
        delivery.act,
        channel_in(delivery),
        ChannelProblem.BOT_REMOVED,
    )
    delivery.ack()


def on_id_changed(delivery: SlackDelivery) -> None:
    """desks.toml names an id that no longer exists."""
    old = str(delivery.payload["event"].get("old_channel_id", ""))
    inspect.mark_lost(delivery.services, delivery.act, old, ChannelProblem.DELETED)
    delivery.ack()


def on_person_changed(delivery: SlackDelivery) -> None:
    """Somebody in a channel may have become a guest, or a full member. Leaves it
    unanswered.
    """
    member = member_of(delivery.payload["event"]["user"])
    unwelcome = member.guest or is_outsider(
        member, delivery.services.team_id, delivery.services.enterprise_id
    )
    inspect.check_changed(
        delivery.services, delivery.act, member.user_id, unwelcome=unwelcome
    )


def on_setup(delivery: SlackDelivery) -> None:
    """`/clip-setup`: is this channel fit, and for which desk?"""
    inspect.set_up(delivery.services, delivery.act, delivery.payload["channel_id"])
    delivery.answer(
        "I am looking at this channel. What I see comes as a direct message in a moment."
    )


def channel_in(delivery: SlackDelivery) -> str:
    """The id of the channel an event is about: some name it, some describe it."""
    channel = delivery.payload["event"].get("channel", "")
    return str(channel["id"] if isinstance(channel, dict) else channel)


# Public and private channels have their own names for the same.
EVENTS: dict[str, Handler] = {
    "member_joined_channel": on_changed,
    "member_left_channel": on_changed,
    "channel_shared": on_changed,
    "channel_unshared": on_changed,
    "channel_archive": on_changed,
    "group_archive": on_changed,
    "channel_unarchive": on_changed,
    "group_unarchive": on_changed,
    "channel_rename": on_changed,
    "group_rename": on_changed,
    "channel_deleted": on_deleted,
    "group_deleted": on_deleted,
    "channel_left": on_bot_removed,
    "group_left": on_bot_removed,
    "channel_id_changed": on_id_changed,
}


def mention(user_id: str) -> str:
    return f"<@{user_id}>"


def administrator_notice(
    channel: Channel, serves: Sequence[str]
) -> tuple[str, list[Block]]:
    """What administrators are told when a channel becomes unfit, or fit again."""
    # Slack hides a private channel's name from administrators who are not in it.
    names = ", ".join(blocks.escape(name) for name in serves)
    where = f"<#{channel.id}> ({names})"
    if channel.fit:
        text = "A channel of help-clip is in order again"
        return text, [blocks.section(f"{where} is in order again. Its requests go on.")]
    wrong = "\n".join(f"• {line}" for line in what_to_do(channel, mention))
    text = "A channel of help-clip needs you"
    return text, [
        blocks.section(
            f"{where} is not fit for help-clip, so its requests are paused.\n{wrong}"
        ),
        blocks.context(
            "Everything goes on by itself once this is mended. Nothing is lost."
        ),
    ]


def setup_answer(channel: Channel, serves: Sequence[str]) -> tuple[str, list[Block]]:
    """What `/clip-setup` says of a channel; `serves` names what it is used for."""
    where = f"<#{channel.id}>"
    apps = other_apps(channel, mention)
    also = [blocks.context(apps)] if apps else []
    if not channel.fit:
        wrong = "\n".join(f"• {line}" for line in what_to_do(channel, mention))
        return "This channel is not fit yet", [
            blocks.section(f"{where} is not fit for a desk yet.\n{wrong}"),
            blocks.context("Then type `/clip-setup` there again."),
            *also,
        ]
    if serves:
        names = ", ".join(blocks.escape(name) for name in serves)
        fit = blocks.section(f"{where} is fit, and serves {names}.")
        return "This channel is fit", [fit, *also]
    return "This channel is fit", [
        blocks.section(
            f"{where} is fit. To open a desk in it, add these lines to desks.toml, put in your "
            "people, and restart help-clip:\n"
            f"```{_LINES.format(channel=channel.id)}```"
        ),
        *also,
    ]


_LINES = """[desks.my-desk]
name = "My desk"
locale = "en-US"
channel = "{channel}"
reviewers = {{ groups = ["S..."] }}
leads = {{ users = ["U..."] }}"""
