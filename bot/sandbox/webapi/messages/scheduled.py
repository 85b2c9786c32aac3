"""chat.scheduleMessage, chat.scheduledMessages.list and chat.deleteScheduledMessage."""

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
_LISTED_FIELDS = ("id", "channel_id", "post_at", "date_created", "text")


@method("chat.scheduleMessage", "chat:write")
def schedule(call: Call) -> Json:
    """Keep a message until `post_at`, at most 120 days ahead."""
    channel = postable_channel(call, call.text("channel"))
    content, _ = message_content(content_arguments(call))
    now = call.sandbox.clock.seconds()
    post_at = _post_at(call, now)
    scheduled_id = new_id("Q")
    call.sandbox.scheduled[scheduled_id] = {
        "id": scheduled_id,
        "channel_id": channel.id,
        "post_at": post_at,
        "date_created": now,
        "text": content["text"],
        "content": content,
        "user_id": call.user_id,
        "thread_ts": call.optional_text("thread_ts"),
    }
    call.sandbox.mark_changed()
    author = messages.author_fields(call.sandbox, call.user_id)
    return {
        "scheduled_message_id": scheduled_id,
        "channel": channel.id,
        "post_at": post_at,
        "message": {
            "type": "delayed_message",
            **author,
            **content,
        },
    }


def _post_at(call: Call, now: int) -> int:
    """Return the time to post. Raises invalid_time, time_in_past or time_too_far."""
    if not call.text("post_at").isdigit():
        raise SlackError("invalid_time")
    post_at = int(call.text("post_at"))
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + _MAX_AHEAD_S:
        raise SlackError("time_too_far")
    return post_at


@method("chat.scheduledMessages.list")
def list_scheduled(call: Call) -> Json:
    """Return the caller's scheduled messages, with `channel` those of one channel."""
    entries = list(call.sandbox.scheduled.values())
    own = [entry for entry in entries if entry["user_id"] == call.user_id]
    channel_id = call.text("channel")
    if channel_id:
        own = [entry for entry in own if entry["channel_id"] == channel_id]
    shown = [{name: entry[name] for name in _LISTED_FIELDS} for entry in own]
    page, metadata = page_of(shown, call, 100, 1000)
    return {
        "scheduled_messages": page,
        "response_metadata": metadata,
    }


@method("chat.deleteScheduledMessage", "chat:write")
def delete_scheduled(call: Call) -> Json:
    """Drop a scheduled message."""
    # The call is refused as posting there would be.
    postable_channel(call, call.text("channel"))
    entry = call.sandbox.scheduled.get(call.text("scheduled_message_id"))
    if entry is None or entry["channel_id"] != call.text("channel"):
        raise SlackError("invalid_scheduled_message_id")
    del call.sandbox.scheduled[entry["id"]]
    call.sandbox.mark_changed()
    return {}
