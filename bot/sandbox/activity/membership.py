"""Who is in which channel, and a channel's life: every change with its message and
event.
"""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import publish
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel, channel_json


def join(
    sandbox: Sandbox, channel: Channel, user_id: str, inviter: str | None = None
) -> None:
    if user_id in channel.members:
        return
    channel.members.append(user_id)
    extra = {"inviter": inviter} if inviter else {}
    text = f"<@{user_id}> has joined the channel"
    messages.system_message(sandbox, channel, user_id, "channel_join", text, **extra)
    event = _member_event(sandbox, "member_joined_channel", channel, user_id)
    publish(sandbox, event | extra, channel)
    _redraw(sandbox)


def leave(sandbox: Sandbox, channel: Channel, user_id: str) -> None:
    if user_id not in channel.members:
        return
    text = f"<@{user_id}> has left the channel"
    messages.system_message(sandbox, channel, user_id, "channel_leave", text)
    channel.members.remove(user_id)
    publish(
        sandbox,
        _member_event(sandbox, "member_left_channel", channel, user_id),
        channel,
    )
    _redraw(sandbox)


def create(sandbox: Sandbox, name: str, creator: str, *, private: bool) -> Channel:
    kind = "group" if private else "channel"
    channel = Channel(
        new_id("C"), name, kind, [creator], creator, sandbox.clock.seconds()
    )
    sandbox.workspace.channels[channel.id] = channel
    if not private:
        whole = channel_json(channel, creator)
        shown = {k: v for k, v in whole.items() if k not in ("is_member", "last_read")}
        publish(sandbox, _event(sandbox, "channel_created", channel=shown), channel)
    _redraw(sandbox)
    return channel


def archive(sandbox: Sandbox, channel: Channel, user_id: str) -> None:
    text = f"<@{user_id}> archived the channel"
    messages.system_message(sandbox, channel, user_id, "channel_archive", text)
    channel.archived = True
    name = _family(channel, "archive")
    publish(sandbox, _event(sandbox, name, channel=channel.id, user=user_id), channel)
    _redraw(sandbox)


def unarchive(sandbox: Sandbox, channel: Channel, user_id: str) -> None:
    channel.archived = False
    text = f"<@{user_id}> unarchived the channel"
    messages.system_message(sandbox, channel, user_id, "channel_unarchive", text)
    name = _family(channel, "unarchive")
    publish(sandbox, _event(sandbox, name, channel=channel.id, user=user_id), channel)
    _redraw(sandbox)


def rename(sandbox: Sandbox, channel: Channel, user_id: str, name: str) -> None:
    before, channel.name = channel.name, name
    text = f'renamed the channel from "{before}" to "{name}"'
    extra = {"old_name": before, "name": name}
    messages.system_message(sandbox, channel, user_id, "channel_name", text, **extra)
    shown = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_mpim": False,
        "name": name,
        "name_normalized": name,
        "created": channel.created,
    }
    publish(
        sandbox, _event(sandbox, _family(channel, "rename"), channel=shown), channel
    )
    _redraw(sandbox)


def remark(
    sandbox: Sandbox, channel: Channel, user_id: str, what: str, value: str
) -> None:
    """Set the topic or the purpose; `what` says which."""
    setattr(channel, what, value)
    text = f"set the channel {what}: {value}"
    messages.system_message(
        sandbox, channel, user_id, f"channel_{what}", text, **{what: value}
    )
    _redraw(sandbox)


def convert(sandbox: Sandbox, channel: Channel, user_id: str, *, private: bool) -> None:
    """Make a channel private or public; its id stays."""
    if channel.general and private:
        raise ValueError("the general channel stays public")
    if (channel.kind == "group") == private:
        return
    channel.kind = "group" if private else "channel"
    word, rest = (
        ("private", "Now, it can only be viewed or joined by invitation.")
        if private
        else ("public", "Any member in this workspace can see and join it.")
    )
    text = f"made this channel *{word}*. {rest}"
    messages.system_message(
        sandbox, channel, user_id, f"channel_convert_to_{word}", text
    )
    _redraw(sandbox)


def delete(sandbox: Sandbox, channel: Channel) -> None:
    event = _event(sandbox, _family(channel, "deleted"), channel=channel.id)
    publish(sandbox, event, channel)
    del sandbox.workspace.channels[channel.id]
    _redraw(sandbox)


def _family(channel: Channel, what: str) -> str:
    """Private channels have their own event names: group_archive, not
    channel_archive.
    """
    return f"{'group' if channel.kind == 'group' else 'channel'}_{what}"


def _member_event(sandbox: Sandbox, name: str, channel: Channel, user_id: str) -> Json:
    return _event(
        sandbox,
        name,
        user=user_id,
        channel=channel.id,
        channel_type="G" if channel.kind == "group" else "C",
        team=sandbox.workspace.people[user_id].team_id,
    )


def _event(sandbox: Sandbox, name: str, **fields: object) -> Json:
    return {"type": name, **fields, "event_ts": sandbox.clock.next_ts()}


def _redraw(sandbox: Sandbox) -> None:
    sandbox.changed()
    sandbox.hub.tell({"type": "channels"})
