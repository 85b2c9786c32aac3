"""Post, change and delete messages, with everything that follows from it."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.config import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import avatar_url
from bot.sandbox.workspace.threads import entomb, join_thread, leave_thread

_URL = re.compile(r"<?(https?://([^\s/|>]+)[^\s|>]*)")
_ICON_SIZES = (36, 48, 72)
_NOT_IN_EVENTS = {
    "reply_count",
    "reply_users",
    "reply_users_count",
    "latest_reply",
    "metadata",
}


def author_fields(sandbox: Sandbox, user_id: str) -> Json:
    """Return the author's fields: bots have a bot_id and profile, people only user."""
    people = sandbox.workspace.people
    if user_id != BOT_USER_ID:
        return {
            "user": user_id,
            "team": people[user_id].team_id,
        }
    bot = people[BOT_USER_ID]
    icons = {
        f"image_{size}": avatar_url(sandbox.base_url, bot, size) for size in _ICON_SIZES
    }
    return {
        "user": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "bot_profile": {
            "id": BOT_ID,
            "app_id": APP_ID,
            "name": bot.real_name,
            "icons": icons,
            "deleted": False,
            "updated": bot.updated,
            "team_id": TEAM_ID,
        },
    }


def post(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    content: Json,
    *,
    thread_ts: str | None = None,
    broadcast: bool = False,
    quiet: bool = False,
) -> Json:
    """Add a message to a channel and return it.

    Pages and app are notified, unless `quiet`: then the caller calls `announce`.
    """
    message = _new_message(sandbox, user_id, content)
    if _is_typed_by_person(message):
        message.setdefault("client_msg_id", f"sandbox-{message['ts']}")
    if thread_ts:
        join_thread(channel, message, thread_ts, broadcast)
    channel.messages[message["ts"]] = message
    # A new message brings a hidden direct message back into all sidebars.
    channel.closed_for.clear()
    # The author has read the own message.
    channel.last_read[user_id] = message["ts"]
    if not quiet:
        announce(sandbox, channel, message)
    return message


def _new_message(
    sandbox: Sandbox,
    user_id: str,
    content: Json,
) -> Json:
    ts = sandbox.clock.next_ts()
    message: Json = {
        "type": "message",
        "ts": ts,
        "text": "",
    }
    return message | author_fields(sandbox, user_id) | content


def _is_typed_by_person(message: Json) -> bool:
    """Return whether Slack's client sent the message, which gives it an id."""
    if "subtype" in message:
        return False
    return bool(message["user"] != BOT_USER_ID)


def announce(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
) -> None:
    """Notify pages and app of a new message."""
    redraw(sandbox, channel, message)
    publish(sandbox, message_event(channel, message), channel)
    _announce_links(sandbox, channel, message)
    _announce_mention(sandbox, channel, message)


def redraw(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
) -> None:
    """Notify the pages of the people who can see a message, and not the app."""
    only = None
    if not channel.is_public:
        only = channel.members
    if "ephemeral_to" in message:
        only = [message["ephemeral_to"]]
    sandbox.mark_changed()
    change = {
        "type": "message",
        "channel": channel.id,
        "ts": message["ts"],
    }
    sandbox.feed.send(change, only)


def post_ephemeral(
    sandbox: Sandbox,
    channel: Channel,
    to_user: str,
    content: Json,
    *,
    thread_ts: str | None = None,
) -> Json:
    """Show a message to one person and return it; it has no history and no event."""
    message = _new_message(sandbox, BOT_USER_ID, content)
    message |= {
        "ephemeral_to": to_user,
        "is_ephemeral": True,
    }
    if thread_ts:
        message["thread_ts"] = thread_ts
    channel.ephemeral.append(message)
    redraw(sandbox, channel, message)
    return message


def update(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
    content: Json,
) -> None:
    """Replace the content of a message; `content` values of None remove the key."""
    before = dict(message)
    for key, value in content.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    if "ephemeral_to" not in message:
        editor = message.get("user", BOT_USER_ID)
        # Changes of an ephemeral message make no event.
        message["edited"] = {
            "user": editor,
            "ts": sandbox.clock.next_ts(),
        }
        announce_change(sandbox, channel, message, before)
    else:
        redraw(sandbox, channel, message)


def announce_change(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
    before: Json,
) -> None:
    """Notify pages and app that a message is no longer as it was `before`."""
    redraw(sandbox, channel, message)
    _publish_change(
        sandbox,
        channel,
        "message_changed",
        message=dict(message),
        previous_message=before,
    )


def delete(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
) -> None:
    """Delete a message; the parent of a thread leaves a tombstone.

    Slack reports a tombstone as a change of the message, and no deletion.
    """
    if "ephemeral_to" in message:
        channel.ephemeral.remove(message)
        redraw(sandbox, channel, message)
        return
    # The event carries the message as it stood, which deleting changes.
    before = dict(message)
    if channel.replies(message["ts"]):
        entomb(message)
        announce_change(sandbox, channel, message, before)
        return
    del channel.messages[message["ts"]]
    leave_thread(channel, message)
    redraw(sandbox, channel, message)
    _publish_change(
        sandbox,
        channel,
        "message_deleted",
        deleted_ts=before["ts"],
        previous_message=before,
    )


def _publish_change(
    sandbox: Sandbox,
    channel: Channel,
    subtype: str,
    **fields: object,
) -> None:
    """Publish the hidden message by which Slack reports a change of another."""
    event = new_event(
        sandbox,
        "message",
        subtype=subtype,
        hidden=True,
        channel=channel.id,
        channel_type=channel.kind,
        **fields,
    )
    publish(sandbox, event | {"ts": event["event_ts"]}, channel)


def find_message(
    channel: Channel,
    ts: str,
    viewer: str | None = None,
) -> Json | None:
    """Return a message by ts, or None; ephemeral ones are found for `viewer` only."""
    if ts in channel.messages:
        return channel.messages[ts]
    for message in channel.ephemeral:
        if message["ts"] == ts and message["ephemeral_to"] == viewer:
            return message
    return None


def message_event(channel: Channel, message: Json) -> Json:
    """Return the message event of a new message."""
    fields = {key: value for key, value in message.items() if key not in _NOT_IN_EVENTS}
    return fields | {
        "channel": channel.id,
        "channel_type": channel.kind,
        "event_ts": message["ts"],
    }


def post_system(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    subtype: str,
    text: str,
    **more: Any,
) -> Json:
    """Post a join, leave, topic or archive line, and return it."""
    content = {
        "subtype": subtype,
        "text": text,
        **more,
    }
    return post(sandbox, channel, user_id, content)


def _announce_links(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
) -> None:
    """Publish link_shared for registered domains, and never for the app's messages."""
    if message.get("user") == BOT_USER_ID:
        return
    links = [
        {
            "url": url,
            "domain": host,
        }
        for url, host in _URL.findall(message["text"])
        if _is_registered(sandbox, host)
    ]
    if not links:
        return
    event = new_event(
        sandbox,
        "link_shared",
        user=message["user"],
        channel=channel.id,
        message_ts=message["ts"],
        links=links,
        source="conversations_history",
        unfurl_id=f"C.{message['ts']}.{channel.id}",
        is_bot_user_member=BOT_USER_ID in channel.members,
    )
    if "thread_ts" in message:
        event["thread_ts"] = message["thread_ts"]
    publish(sandbox, event, channel)


def _is_registered(sandbox: Sandbox, host: str) -> bool:
    """Return whether a host is one of the app's unfurl domains or below one."""
    for domain in sandbox.manifest.unfurl_domains:
        if host == domain or host.endswith(f".{domain}"):
            return True
    return False


def _announce_mention(
    sandbox: Sandbox,
    channel: Channel,
    message: Json,
) -> None:
    if message.get("user") == BOT_USER_ID:
        return
    if f"<@{BOT_USER_ID}>" not in message["text"]:
        return
    event = message_event(channel, message) | {"type": "app_mention"}
    # app_mention alone of the message events names no channel_type.
    event.pop("channel_type")
    publish(sandbox, event, channel)
