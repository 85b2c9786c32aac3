"""chat.startStream, appendStream, stopStream: one message that grows."""

from __future__ import annotations

from typing import Any

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.block_kit.block_checks import MAX_MARKDOWN_CHARS
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import existing_message, postable_channel
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.threads import find_parent_ts


@method("chat.startStream", "chat:write", tokens=("bot",))
def start_stream(call: Call) -> Json:
    """Start a stream, which lives in a thread; channels need the recipient as well."""
    channel = postable_channel(call, call.text("channel"))
    parent = find_parent_ts(channel, call.text("thread_ts"))
    if parent is None:
        raise invalid_arguments(
            "must be a message of the channel [json-pointer:/thread_ts]"
        )
    if channel.kind != "im":
        _check_recipient(call)
    content = {
        "text": _appended_text(call),
        "streaming_state": "in_progress",
    }
    # The app receives the message event when the stream stops.
    message = messages.post(
        call.sandbox,
        channel,
        call.user_id,
        content,
        thread_ts=parent,
        quiet=True,
    )
    messages.redraw(call.sandbox, channel, message)
    return {
        "channel": channel.id,
        "ts": message["ts"],
    }


def _check_recipient(call: Call) -> None:
    if not call.text("recipient_user_id"):
        raise SlackError("missing_recipient_user_id")
    if not call.text("recipient_team_id"):
        raise SlackError("missing_recipient_team_id")


@method("chat.appendStream", "chat:write", tokens=("bot",))
def append_to_stream(call: Call) -> Json:
    """Add text to a stream."""
    channel, message = _streaming(call)
    text = _appended_text(call)
    if not text:
        raise SlackError("no_text")
    message["text"] += text
    messages.redraw(call.sandbox, channel, message)
    return {
        "channel": channel.id,
        "ts": message["ts"],
    }


@method("chat.stopStream", "chat:write", tokens=("bot",))
def stop_stream(call: Call) -> Json:
    """End a stream; blocks may be added, and the app's own message event follows."""
    channel, message = _streaming(call)
    blocks = checked_blocks(call.structured("blocks", "invalid_blocks"))
    message["text"] += _appended_text(call)
    if blocks:
        message["blocks"] = blocks
    # From now on the message is one like any other.
    del message["streaming_state"]
    messages.announce(call.sandbox, channel, message)
    return {}


def _streaming(call: Call) -> tuple[Channel, Json]:
    channel = postable_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    if message.get("user") != call.user_id:
        raise SlackError("message_not_owned_by_app")
    if "streaming_state" not in message:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _appended_text(call: Call) -> str:
    """Return `markdown_text` and the text of the `markdown_text` chunks."""
    text = call.text("markdown_text")
    chunks: Any = call.structured("chunks", "invalid_chunks")
    if chunks is None:
        chunks = []
    if not isinstance(chunks, list):
        raise SlackError("invalid_chunks")
    for chunk in chunks:
        if not isinstance(chunk, dict):
            raise SlackError("invalid_chunks")
        text += str(chunk.get("text", ""))
    if len(text) > MAX_MARKDOWN_CHARS:
        raise SlackError("msg_blocks_too_long")
    return text
