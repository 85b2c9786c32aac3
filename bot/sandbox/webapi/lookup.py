"""Find the channel or message an argument names, with Slack's errors."""

from __future__ import annotations

from bot.sandbox.activity.messages import find_message
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, require_scope
from bot.sandbox.workspace.channels import Channel

_FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def visible_channel(call: Call, value: str, scope: str | None = None) -> Channel:
    """The channel with this id, if the caller can see it. Raises channel_not_found.

    `scope` ("read", "history", "write") is checked for the channel's own family.
    """
    channel = call.sandbox.workspace.channels.get(value)
    if channel is None:
        raise SlackError("channel_not_found")
    if channel.kind != "channel" and call.token.user_id not in channel.members:
        raise SlackError("channel_not_found")
    if scope == "write" and channel.kind == "channel":
        require_scope(call, "channels:manage", "channels:write")
    elif scope:
        require_scope(call, f"{_FAMILY[channel.kind]}:{scope}")
    return channel


def postable_channel(call: Call, value: str) -> Channel:
    """Where a message goes: a channel id, `#name`, or a user id (opens the direct
    message).
    """
    workspace = call.sandbox.workspace
    person = workspace.people.get(value)
    if person is not None:
        # A deactivated person still has a conversation to post to (python-slack-sdk
        # #1156).
        if person.id == call.token.user_id:
            raise SlackError("channel_not_found")
        return _with_tab(call, workspace.open_im(call.token.user_id, person.id))
    if value.startswith("#"):
        named = [c.id for c in workspace.channels.values() if c.name == value[1:]]
        value = named[0] if named else ""
    channel = _with_tab(call, visible_channel(call, value))
    if call.token.user_id not in channel.members:
        may_anyway = (
            channel.kind == "channel" and "chat:write.public" in call.token.scopes
        )
        if not may_anyway:
            raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _with_tab(call: Call, channel: Channel) -> Channel:
    """A direct message from the app needs its Messages tab."""
    if channel.kind == "im" and not call.sandbox.manifest.messages_enabled:
        raise SlackError("messages_tab_disabled")
    return channel


def existing_message(channel: Channel, ts: str) -> Json:
    message = find_message(channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def thread_parent(channel: Channel, thread_ts: str) -> str | None:
    """The thread a ts belongs to (a reply stands for its parent); None for an unknown
    ts.
    """
    message = channel.messages.get(thread_ts)
    return None if message is None else str(message.get("thread_ts", thread_ts))
