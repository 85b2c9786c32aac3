"""conversations.*: create, change, join and leave channels."""

from __future__ import annotations

from bot.sandbox.activity import channel_changes
from bot.sandbox.activity.channel_changes import check_free_name
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.registry import Call, method, require_scope
from bot.sandbox.workspace.channels import Channel, channel_json

_MANAGE_PUBLIC = ("channels:manage", "channels:write")
_MANAGE = (*_MANAGE_PUBLIC, "groups:write", "im:write", "mpim:write")
_TOPIC = (*_MANAGE, "channels:write.topic", "groups:write.topic")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")
_MAX_REMARK_CHARS = 250


def _managed(call: Call, *, member: bool = True) -> Channel:
    """Return the channel that the caller may change, as a `member` by default."""
    channel = visible_channel(call, call.text("channel"))
    if channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_public:
        require_scope(call, *_MANAGE_PUBLIC)
    else:
        require_scope(call, "groups:write")
    if member and call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _check_open(channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")


def _shown(call: Call, channel: Channel) -> Json:
    return {"channel": channel_json(channel, call.user_id)}


@method("conversations.create", *_MANAGE)
def create(call: Call) -> Json:
    """Create a public or private channel."""
    private = call.flag("is_private")
    if private:
        require_scope(call, "groups:write")
    else:
        require_scope(call, "channels:manage")
    name = check_free_name(call.sandbox, call.text("name"))
    channel = channel_changes.create(call.sandbox, name, call.user_id, private=private)
    return _shown(call, channel)


@method("conversations.join", "channels:join", "channels:write")
def join(call: Call) -> Json:
    """Join a public channel."""
    channel = visible_channel(call, call.text("channel"))
    if not channel.is_public:
        raise SlackError("method_not_supported_for_channel_type")
    _check_open(channel)
    already = call.user_id in channel.members
    channel_changes.join(call.sandbox, channel, call.user_id)
    answer = _shown(call, channel)
    if already:
        answer["warning"] = "already_in_channel"
    return answer


@method("conversations.invite", *_INVITE)
def invite(call: Call) -> Json:
    """Add people to a channel, all of them or none."""
    channel = _managed(call)
    _check_open(channel)
    users = call.listing("users")
    if not users:
        raise SlackError("no_user")
    # One unknown person refuses the whole invitation.
    for user_id in users:
        _check_invitee(call, channel, user_id)
    for user_id in users:
        channel_changes.join(call.sandbox, channel, user_id, call.user_id)
    return _shown(call, channel)


def _check_invitee(
    call: Call,
    channel: Channel,
    user_id: str,
) -> None:
    person = call.workspace.active_person(user_id)
    if person is None:
        raise SlackError("user_not_found")
    if user_id == call.user_id:
        raise SlackError("cant_invite_self")
    if user_id in channel.members:
        raise SlackError("already_in_channel")
    if person.is_external and person.team_id not in channel.connected_team_ids:
        raise SlackError("cant_invite")
    if person.is_ultra_restricted:
        raise SlackError("ura_max_channels")


@method("conversations.kick", *_MANAGE)
def kick(call: Call) -> Json:
    """Remove a person from a channel."""
    channel = _managed(call)
    user_id = call.text("user")
    if user_id == call.user_id:
        raise SlackError("cant_kick_self")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if call.sandbox.person(user_id) is None:
        raise SlackError("user_not_found")
    if user_id not in channel.members:
        raise SlackError("not_in_channel")
    channel_changes.leave(call.sandbox, channel, user_id)
    return {"errors": {}}


@method("conversations.leave", *_MANAGE)
def leave(call: Call) -> Json:
    """Leave a channel."""
    channel = _managed(call, member=False)
    if channel.general:
        raise SlackError("cant_leave_general")
    _check_open(channel)
    if call.user_id not in channel.members:
        return {"not_in_channel": True}
    if len(channel.members) == 1:
        raise SlackError("last_member")
    channel_changes.leave(call.sandbox, channel, call.user_id)
    return {}


@method("conversations.archive", *_MANAGE)
def archive(call: Call) -> Json:
    """Archive a channel."""
    channel = _managed(call)
    if channel.general:
        raise SlackError("cant_archive_general")
    if channel.archived:
        raise SlackError("already_archived")
    channel_changes.archive(call.sandbox, channel, call.user_id)
    return {}


@method("conversations.unarchive", *_MANAGE)
def unarchive(call: Call) -> Json:
    """Open an archived channel again."""
    channel = _managed(call, member=False)
    if not channel.archived:
        raise SlackError("not_archived")
    channel_changes.unarchive(call.sandbox, channel, call.user_id)
    return {}


@method("conversations.rename", *_MANAGE)
def rename(call: Call) -> Json:
    """Give a channel another name."""
    channel = _managed(call)
    _check_open(channel)
    name = check_free_name(call.sandbox, call.text("name"))
    channel_changes.rename(call.sandbox, channel, call.user_id, name)
    return _shown(call, channel)


def _set_remark(call: Call, field: str) -> Json:
    channel = _managed(call)
    _check_open(channel)
    value = call.text(field)
    if len(value) > _MAX_REMARK_CHARS:
        raise SlackError("too_long")
    channel_changes.set_remark(
        call.sandbox,
        channel,
        call.user_id,
        field,
        value,
    )
    return _shown(call, channel)


@method("conversations.setTopic", *_TOPIC)
def set_topic(call: Call) -> Json:
    """Set a channel's topic."""
    return _set_remark(call, "topic")


@method("conversations.setPurpose", *_TOPIC)
def set_purpose(call: Call) -> Json:
    """Set a channel's purpose."""
    return _set_remark(call, "purpose")


@method("conversations.mark", *_MANAGE)
def mark(call: Call) -> Json:
    """Mark a channel as read up to `ts`."""
    channel = visible_channel(call, call.text("channel"))
    if call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    ts = call.text("ts")
    if not ts.replace(".", "", 1).isdigit():
        raise SlackError("invalid_timestamp")
    channel.last_read[call.user_id] = ts
    return {}


@method("conversations.close", *_MANAGE)
def close(call: Call) -> Json:
    """Hide a direct message from the caller's sidebar."""
    channel = visible_channel(call, call.text("channel"))
    if not channel.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if call.user_id in channel.closed_for:
        return {
            "no_op": True,
            "already_closed": True,
        }
    channel.closed_for.append(call.user_id)
    return {}
