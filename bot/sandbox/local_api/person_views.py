"""`/sandbox/state`, `/sandbox/messages`, ...: everything a person sees."""

from __future__ import annotations

from starlette.routing import Route

from bot.sandbox.app.view_stacks import view_json
from bot.sandbox.config import APP_ID, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.sandbox.interactions.app_home import home_json
from bot.sandbox.local_api.person_call import PersonCall, RefusedError, endpoint
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person
from bot.sandbox.workspace.usergroups import UserGroup


async def state(call: PersonCall) -> Json:
    """Return everything the sidebar needs, and the person's open modals."""
    sandbox = call.sandbox
    person = call.person
    workspace = sandbox.workspace
    channels = [
        channel for channel in workspace.channels.values() if _sees(person, channel)
    ]
    return {
        "ok": True,
        "me": person.id,
        "team": {
            "id": TEAM_ID,
            "name": TEAM_NAME,
        },
        "app": _app_json(sandbox),
        "people": [_person_json(known) for known in workspace.people.values()],
        "usergroups": [_group_json(group) for group in workspace.usergroups.values()],
        "channels": [_channel_json(channel, person.id) for channel in channels],
        "welcome": sandbox.welcome,
        "commands": sandbox.manifest.commands,
        "shortcuts": sandbox.manifest.shortcuts,
        "views": [view_json(view) for view in sandbox.views.of(person.id)],
    }


def _sees(person: Person, channel: Channel) -> bool:
    """Return whether a person's sidebar may list a channel: guests see their own."""
    if person.id in channel.members:
        return True
    if person.is_restricted:
        return False
    if person.is_external:
        return False
    return channel.is_public


def _app_json(sandbox: Sandbox) -> Json:
    return {
        "id": APP_ID,
        "name": sandbox.manifest.app_name,
        "user": BOT_USER_ID,
        "home": sandbox.manifest.home_enabled,
        "messages_read_only": sandbox.manifest.messages_read_only,
        "connections": len(sandbox.sockets.open_connections()),
        "request_url": sandbox.request_url,
        "events_enabled": sandbox.event_limits.enabled,
    }


def _person_json(person: Person) -> Json:
    return {
        "id": person.id,
        "name": person.name,
        "real_name": person.real_name,
        "title": person.title,
        "color": person.color,
        "persona": person.persona,
        "deleted": person.deleted,
        "is_bot": person.is_bot,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "team_id": person.team_id,
        "is_external": person.is_external,
    }


def _group_json(group: UserGroup) -> Json:
    return {
        "id": group.id,
        "handle": group.handle,
        "name": group.name,
        "users": group.users,
    }


def _channel_json(channel: Channel, user_id: str) -> Json:
    last_read = channel.last_read.get(user_id, "0")
    unread = _unread(channel, user_id, last_read)
    mention = f"<@{user_id}>"
    partner = None
    if channel.kind == "im":
        partner = channel.partner_of(user_id)
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "archived": channel.archived,
        "is_ext_shared": channel.is_ext_shared,
        "general": channel.general,
        "connected_team_ids": channel.connected_team_ids,
        "pending_team_ids": channel.pending_team_ids,
        "topic": channel.topic,
        "purpose": channel.purpose,
        "members": channel.members,
        "is_member": user_id in channel.members,
        "partner": partner,
        "last_read": last_read,
        "unread": len(unread),
        "mentions": sum(mention in message["text"] for message in unread),
    }


def _unread(
    channel: Channel,
    user_id: str,
    last_read: str,
) -> list[Json]:
    """Return the messages of others since a member last read the channel."""
    if user_id not in channel.members:
        return []
    newer = [
        message for message in channel.messages.values() if message["ts"] > last_read
    ]
    return [message for message in newer if message.get("user") != user_id]


async def read_messages(call: PersonCall) -> Json:
    """Return a channel's or a thread's messages, oldest first.

    The person's ephemeral messages are among them. `limit` keeps the newest so many;
    `has_more` reports whether there are earlier ones.
    """
    channel = call.channel()
    thread_ts = call.optional_text("thread_ts")
    if thread_ts:
        found = _thread_messages(call, channel, thread_ts)
    else:
        found = channel.top_level()
        found += [
            message
            for message in _own_ephemeral(call, channel)
            if "thread_ts" not in message
        ]
    # Timestamps of one length sort as text does.
    found.sort(key=lambda message: str(message["ts"]))
    newest = _newest(found, call.optional_text("limit"))
    return {
        "ok": True,
        "channel": channel.id,
        "messages": newest,
        "has_more": len(newest) < len(found),
    }


def _own_ephemeral(call: PersonCall, channel: Channel) -> list[Json]:
    return [
        message
        for message in channel.ephemeral
        if message["ephemeral_to"] == call.person.id
    ]


def _thread_messages(
    call: PersonCall,
    channel: Channel,
    thread_ts: str,
) -> list[Json]:
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise RefusedError("thread_not_found", 404)
    ephemeral = [
        message
        for message in _own_ephemeral(call, channel)
        if message.get("thread_ts") == thread_ts
    ]
    return [parent, *channel.replies(thread_ts), *ephemeral]


def _newest(messages: list[Json], limit: str) -> list[Json]:
    """Return the last `limit` messages; anything but a number above 0 is no limit."""
    if not limit.isdecimal():
        return messages
    # With 0 the slice begins at -0, which is the first message.
    return messages[-int(limit) :]


async def read_views(call: PersonCall) -> Json:
    """Return the person's open modals, the top one last."""
    views = call.sandbox.views.of(call.person.id)
    return {
        "ok": True,
        "views": [view_json(view) for view in views],
    }


async def read_home(call: PersonCall) -> Json:
    """Return the published Home view, without an event to the app."""
    return {
        "ok": True,
        "view": home_json(call.sandbox, call.person),
    }


VIEW_ROUTES = [
    Route("/sandbox/state", endpoint(state), methods=["GET"]),
    Route("/sandbox/messages", endpoint(read_messages), methods=["GET"]),
    Route("/sandbox/views", endpoint(read_views), methods=["GET"]),
    Route("/sandbox/home", endpoint(read_home), methods=["GET"]),
]
