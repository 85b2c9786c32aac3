"""Channels: their events, `/clip-setup`, and notices to administrators."""

from collections.abc import Sequence

from bot.rules.channels.fitness import is_outsider, other_apps, what_to_do
from bot.rules.people.membership import account_of
from bot.slack import blocks
from bot.slack.blocks import Block, Content, mention, mention_channel
from bot.slack.channel_inspector import member_of
from bot.slack.delivery import Handler, SlackDelivery
from bot.text import text
from bot.text.lists import in_a_row
from bot.usecases.channels import inspect
from bot.usecases.people.roles import is_counted
from storage.records import Channel, ChannelProblem


def inspect_soon(delivery: SlackDelivery) -> None:
    """Have a changed channel inspected."""
    inspect.check_soon(delivery.services, delivery.act, [channel_of(delivery)])
    delivery.ack()


def record_deleted(delivery: SlackDelivery) -> None:
    """Record that a channel is gone for all people."""
    _record_lost(delivery, channel_of(delivery), ChannelProblem.DELETED)


def record_bot_removed(delivery: SlackDelivery) -> None:
    """Record that a channel is gone for help-clip."""
    _record_lost(delivery, channel_of(delivery), ChannelProblem.BOT_REMOVED)


def record_new_id(delivery: SlackDelivery) -> None:
    """Record that the id in desks.toml no longer exists."""
    event = delivery.payload["event"]
    old_id = str(event.get("old_channel_id", ""))
    _record_lost(delivery, old_id, ChannelProblem.DELETED)


def _record_lost(
    delivery: SlackDelivery,
    channel_id: str,
    problem: ChannelProblem,
) -> None:
    inspect.mark_lost(delivery.services, delivery.act, channel_id, problem)
    delivery.ack()


def check_channels_of_person(delivery: SlackDelivery) -> None:
    """Check the channels of a person, perhaps a guest now, or a full member.

    Does not acknowledge the delivery.
    """
    services = delivery.services
    user = delivery.payload["event"]["user"]
    account = account_of(user, services.organisation)
    member = member_of(account)
    if not is_counted(services, account):
        return
    unwelcome = member.guest or is_outsider(member, services.organisation)
    inspect.check_changed(services, delivery.act, member.user_id, unwelcome=unwelcome)


def set_up_channel(delivery: SlackDelivery) -> None:
    """Have the channel of `/clip-setup` inspected, and announce a direct message."""
    inspect.set_up(delivery.services, delivery.act, delivery.payload["channel_id"])
    delivery.answer_command(text("channels.setup.begun"))


def channel_of(delivery: SlackDelivery) -> str:
    """Return the id of an event's channel; some events hold its id, some an object."""
    channel = delivery.payload["event"].get("channel", "")
    if isinstance(channel, dict):
        return str(channel["id"])
    return str(channel)


# Public and private channels have their own names for the same events.
EVENTS: dict[str, Handler] = {
    "member_joined_channel": inspect_soon,
    "member_left_channel": inspect_soon,
    "channel_shared": inspect_soon,
    "channel_unshared": inspect_soon,
    "channel_archive": inspect_soon,
    "group_archive": inspect_soon,
    "channel_unarchive": inspect_soon,
    "group_unarchive": inspect_soon,
    "channel_rename": inspect_soon,
    "group_rename": inspect_soon,
    "channel_deleted": record_deleted,
    "group_deleted": record_deleted,
    "channel_left": record_bot_removed,
    "group_left": record_bot_removed,
    "channel_id_changed": record_new_id,
}


def build_administrator_notice(
    channel: Channel,
    uses: Sequence[str],
) -> Content:
    """Return the notice that a channel became unfit, or fit again."""
    # Slack hides a private channel's name from administrators outside it.
    channel_name = mention_channel(channel.id)
    names = _escaped_list(uses)
    if channel.fit:
        line = text("channels.notice.fit", channel=channel_name, uses=names)
        return text("channels.notice.fit_summary"), [blocks.section(line)]
    line = text("channels.notice.unfit", channel=channel_name, uses=names)
    return text("channels.notice.unfit_summary"), [
        blocks.section(f"{line}\n{_list_problems(channel)}"),
        blocks.context(text("channels.notice.goes_on")),
    ]


def build_setup_answer(
    channel: Channel,
    uses: Sequence[str],
) -> Content:
    """Return the answer to `/clip-setup`; `uses` names the purposes of the channel."""
    channel_name = mention_channel(channel.id)
    if not channel.fit:
        line = text("channels.setup.unfit", channel=channel_name)
        command = blocks.code("/clip-setup")
        return text("channels.setup.unfit_summary"), [
            blocks.section(f"{line}\n{_list_problems(channel)}"),
            blocks.context(text("channels.setup.type_again", command=command)),
            *_list_apps(channel),
        ]
    summary = text("channels.setup.fit_summary")
    if uses:
        names = _escaped_list(uses)
        line = text("channels.setup.in_use", channel=channel_name, uses=names)
    else:
        line = text("channels.setup.fit", channel=channel_name)
        line += f"\n```{_DESK_LINES.format(channel=channel.id)}```"
    return summary, [blocks.section(line), *_list_apps(channel)]


def _escaped_list(names: Sequence[str]) -> str:
    return in_a_row([blocks.escape(name) for name in names])


def _list_problems(channel: Channel) -> str:
    return "\n".join(f"• {line}" for line in what_to_do(channel, mention))


def _list_apps(channel: Channel) -> list[Block]:
    apps = other_apps(channel, mention)
    if apps is None:
        return []
    return [blocks.context(apps)]


_DESK_LINES = """[desks.my-desk]
name = "My desk"
locale = "en-US"
channel = "{channel}"
reviewers = {{ groups = ["S..."] }}
leads = {{ users = ["U..."] }}"""
