"""Threads: how replies change their parent, and the tombstone of a deleted parent."""

from __future__ import annotations

from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel

_REPLY_FIELDS = (
    "reply_count",
    "reply_users",
    "reply_users_count",
    "latest_reply",
    "thread_ts",
)
_ROOT_FIELDS = ("type", "text", "ts", "thread_ts", "user", "bot_id", "reply_count")
_FIELDS_LOST_WITH_DELETION = (
    "blocks",
    "attachments",
    "metadata",
    "files",
    "bot_id",
    "app_id",
    "bot_profile",
)


def find_parent_ts(channel: Channel, thread_ts: str | None) -> str | None:
    """Return the ts of the parent of a message's thread, or None if unknown."""
    if thread_ts is None:
        return None
    message = channel.messages.get(thread_ts)
    if message is None:
        return None
    return str(message.get("thread_ts", thread_ts))


def join_thread(
    channel: Channel,
    message: Json,
    thread_ts: str,
    broadcast: bool,
) -> None:
    """Make a new message a reply to `thread_ts`, and count it in the parent."""
    message["thread_ts"] = thread_ts
    parent = channel.messages[thread_ts]
    message["parent_user_id"] = parent.get("user", "")
    if broadcast:
        message["subtype"] = "thread_broadcast"
        message["root"] = _root(parent)
    # The parent names each author of a reply once.
    users = parent.setdefault("reply_users", [])
    if message["user"] not in users:
        users.append(message["user"])
    parent |= {
        "thread_ts": thread_ts,
        "reply_count": parent.get("reply_count", 0) + 1,
        "reply_users_count": len(users),
        "latest_reply": message["ts"],
        "is_locked": False,
        "subscribed": False,
    }


def leave_thread(channel: Channel, message: Json) -> None:
    """Count a deleted reply out of its parent; the last reply ends the thread."""
    thread_ts = message.get("thread_ts", "")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        return
    remaining = channel.replies(thread_ts)
    if not remaining:
        for key in _REPLY_FIELDS:
            parent.pop(key, None)
        return
    users = list(dict.fromkeys(reply["user"] for reply in remaining))
    parent |= {
        "reply_count": len(remaining),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": remaining[-1]["ts"],
    }


def _root(parent: Json) -> Json:
    return {key: parent[key] for key in _ROOT_FIELDS if key in parent}


def entomb(message: Json) -> None:
    """Turn a deleted parent into the tombstone that keeps its thread together."""
    for key in _FIELDS_LOST_WITH_DELETION:
        message.pop(key, None)
    message |= {
        "subtype": "tombstone",
        "hidden": True,
        "text": "This message was deleted.",
        "user": "USLACKBOT",
    }
