"""Posting, changing and deleting messages, with everything that follows from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.config import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.sandbox.delivery.events import publish
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import avatar_url
from bot.sandbox.workspace.threads import entomb, join_thread, leave_thread

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_URL = re.compile(r"<?(https?://([^\s/|>]+)[^\s|>]*)")


def author_fields(sandbox: Sandbox, user_id: str) -> Json:
    """Who said it: bots carry bot_id, app_id and bot_profile; people only user."""
    if user_id != BOT_USER_ID:
        return {"user": user_id, "team": sandbox.workspace.people[user_id].team_id}
    bot = sandbox.workspace.people[BOT_USER_ID]
    icons = {f"image_{n}": avatar_url(sandbox.base_url, bot, n) for n in (36, 48, 72)}
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
    """Add a message to a channel and tell pages and app, unless `quiet` (then:
    announce).
    """
    message: Json = {"type": "message", "ts": sandbox.clock.next_ts(), "text": ""}
    message |= author_fields(sandbox, user_id) | content
    if (
        user_id != BOT_USER_ID
        and "client_msg_id" not in content
        and "subtype" not in content
    ):
        message["client_msg_id"] = f"sandbox-{message['ts']}"
    if thread_ts:
        join_thread(channel, message, thread_ts, broadcast)
    channel.messages[message["ts"]] = message
    channel.closed_for.clear()
    channel.last_read[user_id] = message["ts"]
    if not quiet:
        announce(sandbox, channel, message)
    return message


def announce(sandbox: Sandbox, channel: Channel, message: Json) -> None:
    """Tell pages and app of a new message."""
    redraw(sandbox, channel, message)
    publish(sandbox, message_event(channel, message), channel)
    _announce_links(sandbox, channel, message)
    _announce_mention(sandbox, channel, message)


def redraw(sandbox: Sandbox, channel: Channel, message: Json) -> None:
    """Tell pages only."""
    _tell(sandbox, channel, "message", message["ts"])


def post_ephemeral(
    sandbox: Sandbox,
    channel: Channel,
    to_user: str,
    content: Json,
    *,
    thread_ts: str | None = None,
) -> Json:
    """A message only `to_user` sees. It is not in the history and makes no event."""
    message: Json = {"type": "message", "ts": sandbox.clock.next_ts(), "text": ""}
    message |= author_fields(sandbox, BOT_USER_ID) | content
    message |= {"ephemeral_to": to_user, "is_ephemeral": True}
    if thread_ts:
        message["thread_ts"] = thread_ts
    channel.ephemeral.append(message)
    _tell(sandbox, channel, "message", message["ts"], only=[to_user])
    return message


def update(sandbox: Sandbox, channel: Channel, message: Json, content: Json) -> None:
    """Replace what a message says; `content` values of None remove the key."""
    before = dict(message)
    for key, value in content.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    if "ephemeral_to" in message:
        _tell(
            sandbox, channel, "message", message["ts"], only=[message["ephemeral_to"]]
        )
        return
    editor = message.get("user", BOT_USER_ID)
    message["edited"] = {"user": editor, "ts": sandbox.clock.next_ts()}
    _tell(sandbox, channel, "message", message["ts"])
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": sandbox.clock.next_ts(),
        "message": dict(message),
        "previous_message": before,
    }
    publish(sandbox, event | {"event_ts": event["ts"]}, channel)


def delete(sandbox: Sandbox, channel: Channel, message: Json) -> None:
    """Delete a message. A thread's parent leaves a tombstone; an ephemeral one just
    goes.
    """
    if "ephemeral_to" in message:
        channel.ephemeral.remove(message)
        _tell(
            sandbox, channel, "message", message["ts"], only=[message["ephemeral_to"]]
        )
        return
    before = dict(message)
    if channel.replies(message["ts"]):
        entomb(message)
    else:
        del channel.messages[message["ts"]]
        leave_thread(channel, message)
    _tell(sandbox, channel, "message", message["ts"])
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.kind,
        "ts": sandbox.clock.next_ts(),
        "deleted_ts": before["ts"],
        "previous_message": before,
    }
    publish(sandbox, event | {"event_ts": event["ts"]}, channel)


def find_message(channel: Channel, ts: str, viewer: str | None = None) -> Json | None:
    """A message by ts; ephemeral ones only for `viewer`."""
    if ts in channel.messages:
        return channel.messages[ts]
    return next(
        (m for m in channel.ephemeral if m["ts"] == ts and m["ephemeral_to"] == viewer),
        None,
    )


def message_event(channel: Channel, message: Json) -> Json:
    hidden = {
        "reply_count",
        "reply_users",
        "reply_users_count",
        "latest_reply",
        "metadata",
    }
    fields = {k: v for k, v in message.items() if k not in hidden}
    return fields | {
        "channel": channel.id,
        "channel_type": channel.kind,
        "event_ts": message["ts"],
    }


def system_message(
    sandbox: Sandbox,
    channel: Channel,
    user_id: str,
    subtype: str,
    text: str,
    **more: Any,
) -> Json:
    """A join, leave, topic or archive line."""
    return post(sandbox, channel, user_id, {"subtype": subtype, "text": text, **more})


def _announce_links(sandbox: Sandbox, channel: Channel, message: Json) -> None:
    """link_shared for registered domains; never for the app's own messages."""
    domains = sandbox.manifest.unfurl_domains
    if message.get("user") == BOT_USER_ID or not domains:
        return
    links = [
        {"url": url, "domain": host}
        for url, host in _URL.findall(message["text"])
        if any(host == d or host.endswith("." + d) for d in domains)
    ]
    if links:
        event = {
            "type": "link_shared",
            "user": message["user"],
            "channel": channel.id,
            "message_ts": message["ts"],
            "links": links,
            "source": "conversations_history",
            "unfurl_id": f"C.{message['ts']}.{channel.id}",
            "is_bot_user_member": BOT_USER_ID in channel.members,
            "event_ts": sandbox.clock.next_ts(),
        }
        if "thread_ts" in message:
            event["thread_ts"] = message["thread_ts"]
        publish(sandbox, event, channel)


def _announce_mention(sandbox: Sandbox, channel: Channel, message: Json) -> None:
    if f"<@{BOT_USER_ID}>" in message["text"] and message.get("user") != BOT_USER_ID:
        event = message_event(channel, message) | {"type": "app_mention"}
        event.pop("channel_type")
        publish(sandbox, event, channel)


def _tell(
    sandbox: Sandbox,
    channel: Channel,
    what: str,
    ts: str,
    only: list[str] | None = None,
) -> None:
    sandbox.changed()
    members = None if channel.kind == "channel" else channel.members
    sandbox.hub.tell({"type": what, "channel": channel.id, "ts": ts}, only or members)
