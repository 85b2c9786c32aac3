"""Find the channel or message that an argument names, with Slack's errors."""

from __future__ import annotations

from bot.sandbox.activity.messages import find_message
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.registry import Call, require_scope
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

SCOPE_FAMILIES = {
    "channel": "channels",
    "group": "groups",
    "im": "im",
    "mpim": "mpim",
}
"""The first word of the scopes for each kind of channel."""


def visible_channel(
    call: Call,
    value: str,
    scope: str | None = None,
) -> Channel:
    """Return the channel with this id. Raises channel_not_found if it is not visible.

    `scope` ("read", "history", "write") is checked for the channel's own family.
    """
    channel = call.workspace.visible_channel(value, call.user_id)
    if channel is None or not _is_channel_in_reach(call, channel):
        raise SlackError("channel_not_found")
    if scope == "write" and channel.is_public:
        require_scope(call, "channels:manage", "channels:write")
    elif scope is not None:
        require_scope(call, f"{SCOPE_FAMILIES[channel.kind]}:{scope}")
    return channel


def is_in_reach(call: Call, person: Person) -> bool:
    """Return whether the token may see a person of the organisation.

    A token of one workspace sees its people, and those in a channel with the app.
    """
    if call.token.is_org_wide or not person.enterprise_id:
        return True
    if call.token.team_id in person.team_ids:
        return True
    for channel in call.workspace.channels_of(person.id):
        has_app = call.user_id in channel.members
        if has_app and call.token.team_id in channel.own_team_ids:
            return True
    return False


def _is_channel_in_reach(call: Call, channel: Channel) -> bool:
    """Return whether a channel is one of the workspaces that the token stands for."""
    if call.token.is_org_wide or channel.is_direct:
        return True
    return call.token.team_id in channel.own_team_ids


def postable_channel(call: Call, value: str) -> Channel:
    """Return the channel that a message goes to.

    `value` is a channel id, `#name`, or a user id, which opens the direct message.
    """
    person = call.workspace.people.get(value)
    if person is not None:
        return _direct_message(call, person.id)
    # chat.postMessage also takes a channel by its name.
    if value.startswith("#"):
        value = _id_of_name(call, value.removeprefix("#"))
    channel = visible_channel(call, value)
    _check_messages_tab(call, channel)
    if not _may_post(call, channel):
        raise SlackError("not_in_channel")
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _direct_message(call: Call, user_id: str) -> Channel:
    """Return the caller's direct message with a person, deactivated or not.

    A deactivated person still has a conversation to post to (python-slack-sdk #1156).
    """
    person = call.workspace.people[user_id]
    if user_id == call.user_id or not is_in_reach(call, person):
        raise SlackError("channel_not_found")
    channel = call.workspace.open_im(call.user_id, user_id)
    _check_messages_tab(call, channel)
    return channel


def _id_of_name(call: Call, name: str) -> str:
    for channel in call.workspace.channels.values():
        if channel.name == name:
            return channel.id
    return ""


def _may_post(call: Call, channel: Channel) -> bool:
    """Return whether the caller is a member, or may post to public channels anyway."""
    if call.user_id in channel.members:
        return True
    return channel.is_public and "chat:write.public" in call.token.scopes


def _check_messages_tab(call: Call, channel: Channel) -> None:
    """Raise messages_tab_disabled for a direct message without the Messages tab."""
    if channel.kind == "im" and not call.sandbox.manifest.messages_enabled:
        raise SlackError("messages_tab_disabled")


def existing_message(channel: Channel, ts: str) -> Json:
    """Return the message with this ts. Raises message_not_found."""
    message = find_message(channel, ts)
    if message is None:
        raise SlackError("message_not_found")
    return message


def may_delete(call: Call, owner_id: str) -> bool:
    """Return whether the caller may delete a thing, as its owner or administrator."""
    if call.user_id == owner_id:
        return True
    return call.token.kind == "user" and call.caller.is_admin
