"""conversations.*: creating, changing, joining and leaving channels."""

from __future__ import annotations

from bot.sandbox.activity import membership
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.channels.conversations import free_name
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.registry import Call, method, require_scope
from bot.sandbox.workspace.channels import Channel, channel_json
from bot.sandbox.workspace.people import Person

_MANAGE = (
    "channels:manage",
    "channels:write",
    "groups:write",
    "im:write",
    "mpim:write",
)
_TOPIC = (*_MANAGE, "channels:write.topic", "groups:write.topic")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")
_MAX_REMARK_CHARS = 250


def _managed(call: Call, *, member: bool = True) -> Channel:
    """A public or private channel the caller may change."""
    channel = visible_channel(call, call.text("channel"))
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    family = "groups:write" if channel.kind == "group" else "channels:manage"
    require_scope(call, family, *_MANAGE[:2] if channel.kind == "channel" else ())
    if member and call.token.user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _shown(call: Call, channel: Channel) -> Json:
    return {"channel": channel_json(channel, call.token.user_id)}


@method("conversations.create", *_MANAGE)
def create(call: Call) -> Json:
    private = call.flag("is_private")
    require_scope(call, "groups:write" if private else "channels:manage")
    name = free_name(call.sandbox, call.text("name"))
    channel = membership.create(call.sandbox, name, call.token.user_id, private=private)
    return _shown(call, channel)


@method("conversations.join", "channels:join", "channels:write")
def join(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = call.token.user_id in channel.members
    membership.join(call.sandbox, channel, call.token.user_id)
    return _shown(call, channel) | (
        {"warning": "already_in_channel"} if already else {}
    )


@method("conversations.invite", *_INVITE)
def invite(call: Call) -> Json:
    channel = _managed(call)
    if channel.archived:
        raise SlackError("is_archived")
    users = call.listing("users")
    if not users:
        raise SlackError("no_user")
    for user_id in users:
        _check_invitee(call, channel, user_id)
    for user_id in users:
        membership.join(call.sandbox, channel, user_id, call.token.user_id)
    return _shown(call, channel)


def _check_invitee(call: Call, channel: Channel, user_id: str) -> None:
    person: Person | None = call.sandbox.person(user_id)
    if person is None or person.deleted:
        raise SlackError("user_not_found")
    if user_id == call.token.user_id:
        raise SlackError("cant_invite_self")
    if user_id in channel.members:
        raise SlackError("already_in_channel")
    if person.is_external and person.team_id not in channel.connected_team_ids:
        raise SlackError("cant_invite")
    if person.is_ultra_restricted:
        raise SlackError("ura_max_channels")


@method("conversations.kick", *_MANAGE)
def kick(call: Call) -> Json:
    channel = _managed(call)
    user_id = call.text("user")
    if user_id == call.token.user_id:
        raise SlackError("cant_kick_self")
    if channel.general:
        raise SlackError("cant_kick_from_general")
    if user_id not in channel.members:
        known = call.sandbox.person(user_id)
        raise SlackError("not_in_channel" if known else "user_not_found")
    membership.leave(call.sandbox, channel, user_id)
    return {"errors": {}}


@method("conversations.leave", *_MANAGE)
def leave(call: Call) -> Json:
    channel = _managed(call, member=False)
    if channel.general:
        raise SlackError("cant_leave_general")
    if channel.archived:
        raise SlackError("is_archived")
    if call.token.user_id not in channel.members:
        return {"not_in_channel": True}
    if len(channel.members) == 1:
        raise SlackError("last_member")
    membership.leave(call.sandbox, channel, call.token.user_id)
    return {}


@method("conversations.archive", *_MANAGE)
def archive(call: Call) -> Json:
    channel = _managed(call)
    if channel.general:
        raise SlackError("cant_archive_general")
    if channel.archived:
        raise SlackError("already_archived")
    membership.archive(call.sandbox, channel, call.token.user_id)
    return {}


@method("conversations.unarchive", *_MANAGE)
def unarchive(call: Call) -> Json:
    channel = _managed(call, member=False)
    if not channel.archived:
        raise SlackError("not_archived")
    membership.unarchive(call.sandbox, channel, call.token.user_id)
    return {}


@method("conversations.rename", *_MANAGE)
def rename(call: Call) -> Json:
    channel = _managed(call)
    if channel.archived:
        raise SlackError("is_archived")
    name = free_name(call.sandbox, call.text("name"))
    membership.rename(call.sandbox, channel, call.token.user_id, name)
    return _shown(call, channel)


def _remark(call: Call, what: str) -> Json:
    channel = _managed(call)
    if channel.archived:
        raise SlackError("is_archived")
    if len(call.text(what)) > _MAX_REMARK_CHARS:
        raise SlackError("too_long")
    membership.remark(call.sandbox, channel, call.token.user_id, what, call.text(what))
    return _shown(call, channel)


@method("conversations.setTopic", *_TOPIC)
def set_topic(call: Call) -> Json:
    return _remark(call, "topic")


@method("conversations.setPurpose", *_TOPIC)
def set_purpose(call: Call) -> Json:
    return _remark(call, "purpose")


@method("conversations.mark", *_MANAGE)
def mark(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    if call.token.user_id not in channel.members:
        raise SlackError("not_in_channel")
    ts = call.text("ts")
    if not ts.replace(".", "", 1).isdigit():
        raise SlackError("invalid_timestamp")
    channel.last_read[call.token.user_id] = ts
    return {}


@method("conversations.close", *_MANAGE)
def close(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    if channel.kind not in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if call.token.user_id in channel.closed_for:
        return {"no_op": True, "already_closed": True}
    channel.closed_for.append(call.token.user_id)
    return {}
