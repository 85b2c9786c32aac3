"""chat.scheduleMessage and its relatives."""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import message_content
from bot.sandbox.errors import SlackError
from bot.sandbox.ids import new_id
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import postable_channel
from bot.sandbox.webapi.messages.chat import content_arguments
from bot.sandbox.webapi.registry import Call, method, page_of

_MAX_AHEAD_S = 120 * 24 * 3600


@method("chat.scheduleMessage", "chat:write")
def schedule(call: Call) -> Json:
    channel = postable_channel(call, call.text("channel"))
    content, _ = message_content(content_arguments(call))
    if not call.text("post_at").isdigit():
        raise SlackError("invalid_time")
    post_at, now = int(call.text("post_at")), call.sandbox.clock.seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + _MAX_AHEAD_S:
        raise SlackError("time_too_far")
    entry = {
        "id": new_id("Q"),
        "channel_id": channel.id,
        "post_at": post_at,
        "date_created": now,
        "text": content["text"],
        "content": content,
        "user_id": call.token.user_id,
        "thread_ts": call.text("thread_ts") or None,
    }
    call.sandbox.scheduled[str(entry["id"])] = entry
    call.sandbox.changed()
    author = messages.author_fields(call.sandbox, call.token.user_id)
    shown = {"type": "delayed_message", **author, **content}
    return {
        "scheduled_message_id": entry["id"],
        "channel": channel.id,
        "post_at": post_at,
        "message": shown,
    }


@method("chat.scheduledMessages.list")
def list_scheduled(call: Call) -> Json:
    wanted = call.text("channel")
    chosen = [
        {k: e[k] for k in ("id", "channel_id", "post_at", "date_created", "text")}
        for e in call.sandbox.scheduled.values()
        if e["user_id"] == call.token.user_id and wanted in ("", e["channel_id"])
    ]
    page, metadata = page_of(chosen, call, 100, 1000)
    return {"scheduled_messages": page, "response_metadata": metadata}


@method("chat.deleteScheduledMessage", "chat:write")
def delete_scheduled(call: Call) -> Json:
    postable_channel(call, call.text("channel"))
    entry = call.sandbox.scheduled.get(call.text("scheduled_message_id"))
    if entry is None or entry["channel_id"] != call.text("channel"):
        raise SlackError("invalid_scheduled_message_id")
    del call.sandbox.scheduled[entry["id"]]
    call.sandbox.changed()
    return {}
