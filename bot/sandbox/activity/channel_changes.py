"""Change channels and their members, each time with Slack's message and event."""

from __future__ import annotations

import re

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel, channel_json

_MAX_NAME_CHARS = 80
_OF_ONE_VIEWER = {"is_member", "last_read"}
_CONVERSIONS = {
    "private": "Now, it can only be viewed or joined by invitation.",
    "public": "Any member in this workspace can see and join it.",
}


def join(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    inviter: str | None = None,
) -> None:
    """Add a person to a channel, unless the person is there."""
    if user_id in channel.members:
        return
    channel.members.append(user_id)
    extra = {}
    if inviter:
        extra["inviter"] = inviter
    text = f"<@{user_id}> has joined the channel"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        "channel_join",
        text,
        **extra,
    )
    event = _member_event(sandbox, "member_joined_channel", channel, user_id)
    publish(sandbox, event | extra, channel)
    _redraw(sandbox)


def leave(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
) -> None:
    """Take a person out of a channel, unless the person is not there."""
    if user_id not in channel.members:
        return
    text = f"<@{user_id}> has left the channel"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        "channel_leave",
        text,
    )
    # The line is posted while the person is a member, who is its author.
    channel.members.remove(user_id)
    event = _member_event(sandbox, "member_left_channel", channel, user_id)
    publish(sandbox, event, channel)
    _redraw(sandbox)


def create(
    sandbox: Sandbox,
    name: str,
    creator: str,
    *,
    private: bool,
) -> Channel:
    """Create a channel whose only member is its creator, and return it."""
    now = sandbox.clock.seconds()
    kind = _kind(private)
    channel = Channel(
        new_id("C"),
        name,
        kind,
        [creator],
        creator,
        now,
    )
    sandbox.workspace.channels[channel.id] = channel
    if not private:
        whole = channel_json(channel, creator)
        shown = {
            key: value for key, value in whole.items() if key not in _OF_ONE_VIEWER
        }
        publish(sandbox, new_event(sandbox, "channel_created", channel=shown), channel)
    _redraw(sandbox)
    return channel


def _kind(private: bool) -> str:
    if private:
        return "group"
    return "channel"


def archive(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
) -> None:
    """Archive a channel: it stays readable, and takes no more messages."""
    text = f"<@{user_id}> archived the channel"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        "channel_archive",
        text,
    )
    # An archived channel takes no more messages, so that the line comes first.
    channel.archived = True
    _publish_archiving(sandbox, channel, user_id, "archive")
    _redraw(sandbox)


def unarchive(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
) -> None:
    """Open an archived channel again."""
    # The channel must be open before it takes the line.
    channel.archived = False
    text = f"<@{user_id}> unarchived the channel"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        "channel_unarchive",
        text,
    )
    _publish_archiving(sandbox, channel, user_id, "unarchive")
    _redraw(sandbox)


def _publish_archiving(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    change: str,
) -> None:
    name = _event_name(channel, change)
    event = new_event(sandbox, name, channel=channel.id, user=user_id)
    publish(sandbox, event, channel)


def rename(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    name: str,
) -> None:
    """Give a channel another name; its id stays."""
    before = channel.name
    channel.name = name
    text = f'renamed the channel from "{before}" to "{name}"'
    messages.post_system(
        sandbox,
        channel,
        user_id,
        "channel_name",
        text,
        old_name=before,
        name=name,
    )
    shown = {
        "id": channel.id,
        "is_channel": channel.is_public,
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    event_name = _event_name(channel, "rename")
    publish(sandbox, new_event(sandbox, event_name, channel=shown), channel)
    _redraw(sandbox)


def set_remark(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    field: str,
    value: str,
) -> None:
    """Set the topic or the purpose; `field` names which."""
    setattr(channel, field, value)
    text = f"set the channel {field}: {value}"
    subtype = f"channel_{field}"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        subtype,
        text,
        **{field: value},
    )
    _redraw(sandbox)


def convert(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    *,
    private: bool,
) -> None:
    """Make a channel private or public; its id stays.

    Raises ValueError for the general channel, which is always public.
    """
    if channel.general and private:
        raise ValueError("the general channel stays public")
    kind = _kind(private)
    if channel.kind == kind:
        return
    channel.kind = kind
    word = "public"
    if private:
        word = "private"
    text = f"made this channel *{word}*. {_CONVERSIONS[word]}"
    subtype = f"channel_convert_to_{word}"
    messages.post_system(
        sandbox,
        channel,
        user_id,
        subtype,
        text,
    )
    _redraw(sandbox)


def delete(sandbox: Sandbox, channel: Channel) -> None:
    """Delete a channel with everything in it."""
    event_name = _event_name(channel, "deleted")
    # Whether the app receives the event depends on its membership until now.
    publish(sandbox, new_event(sandbox, event_name, channel=channel.id), channel)
    del sandbox.workspace.channels[channel.id]
    _redraw(sandbox)


def check_name(value: str) -> None:
    """Raise invalid_name_* for a channel name, as conversations.create does."""
    if not value:
        raise SlackError("invalid_name_required")
    if len(value) > _MAX_NAME_CHARS:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", value):
        raise SlackError("invalid_name_punctuation")
    if value != value.lower() or re.search(r"[^\w-]", value):
        raise SlackError("invalid_name_specials")


def check_free_name(sandbox: Sandbox, value: str) -> str:
    """Return a name for a channel. Raises invalid_name_* or name_taken."""
    check_name(value)
    for channel in sandbox.workspace.channels.values():
        if channel.name == value:
            raise SlackError("name_taken")
    return value


def _event_name(channel: Channel, change: str) -> str:
    """Return the event's name; private channels have their own, as group_archive."""
    if channel.kind == "group":
        return f"group_{change}"
    return f"channel_{change}"


def _member_event(
    sandbox: Sandbox,
    name: str,
    channel: Channel,
    user_id: str,
) -> Json:
    channel_type = "C"
    if channel.kind == "group":
        channel_type = "G"
    return new_event(
        sandbox,
        name,
        user=user_id,
        channel=channel.id,
        channel_type=channel_type,
        team=sandbox.workspace.people[user_id].team_id,
    )


def _redraw(sandbox: Sandbox) -> None:
    sandbox.mark_changed()
    sandbox.feed.send({"type": "channels"})
