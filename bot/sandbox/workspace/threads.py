"""What a reply does to its thread's parent, and what a deleted parent leaves behind."""

from __future__ import annotations

from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel


def join_thread(
    channel: Channel, message: Json, thread_ts: str, broadcast: bool
) -> None:
    message["thread_ts"] = thread_ts
    parent = channel.messages[thread_ts]
    message["parent_user_id"] = parent.get("user", "")
    if broadcast:
        message |= {"subtype": "thread_broadcast", "root": _root(parent)}
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
    thread_ts = message.get("thread_ts")
    parent = channel.messages.get(thread_ts or "")
    if parent is None:
        return
    left = channel.replies(str(thread_ts))
    users = list(dict.fromkeys(m["user"] for m in left))
    if not left:
        for key in (
            "reply_count",
            "reply_users",
            "reply_users_count",
            "latest_reply",
            "thread_ts",
        ):
            parent.pop(key, None)
        return
    parent |= {
        "reply_count": len(left),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": left[-1]["ts"],
    }


def _root(parent: Json) -> Json:
    keys = ("type", "text", "ts", "thread_ts", "user", "bot_id", "reply_count")
    return {k: parent[k] for k in keys if k in parent}


def entomb(message: Json) -> None:
    for key in (
        "blocks",
        "attachments",
        "metadata",
        "files",
        "bot_id",
        "app_id",
        "bot_profile",
    ):
        message.pop(key, None)
    message |= {
        "subtype": "tombstone",
        "hidden": True,
        "text": "This message was deleted.",
        "user": "USLACKBOT",
    }
