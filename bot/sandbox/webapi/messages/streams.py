"""chat.startStream, appendStream, stopStream: one message that grows."""

from __future__ import annotations

from typing import Any

from bot.sandbox.activity import messages
from bot.sandbox.activity.message_content import checked_blocks
from bot.sandbox.block_kit.block_checks import MAX_MARKDOWN_CHARS
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import existing_message, postable_channel, thread_parent
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel


@method("chat.startStream", "chat:write", tokens=("bot",))
def start(call: Call) -> Json:
    """Streams live in threads; in a channel the recipient is named as well."""
    channel = postable_channel(call, call.text("channel"))
    parent = thread_parent(channel, call.text("thread_ts"))
    if parent is None:
        raise invalid_arguments(
            "must be a message of the channel [json-pointer:/thread_ts]"
        )
    if channel.kind != "im":
        if not call.text("recipient_user_id"):
            raise SlackError("missing_recipient_user_id")
        if not call.text("recipient_team_id"):
            raise SlackError("missing_recipient_team_id")
    content = {"text": _said(call), "streaming_state": "in_progress"}
    message = messages.post(
        call.sandbox, channel, call.token.user_id, content, thread_ts=parent, quiet=True
    )
    messages.redraw(call.sandbox, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.appendStream", "chat:write", tokens=("bot",))
def append(call: Call) -> Json:
    channel, message = _streaming(call)
    if not _said(call):
        raise SlackError("no_text")
    message["text"] += _said(call)
    messages.redraw(call.sandbox, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


@method("chat.stopStream", "chat:write", tokens=("bot",))
def stop(call: Call) -> Json:
    """The end: blocks may be added, and the app's own message event follows."""
    channel, message = _streaming(call)
    blocks = checked_blocks(call.structured("blocks", "invalid_blocks"))
    message["text"] += _said(call)
    if blocks:
        message["blocks"] = blocks
    del message["streaming_state"]
    messages.announce(call.sandbox, channel, message)
    return {}


def _streaming(call: Call) -> tuple[Channel, Json]:
    channel = postable_channel(call, call.text("channel"))
    message = existing_message(channel, call.text("ts"))
    if message.get("user") != call.token.user_id:
        raise SlackError("message_not_owned_by_app")
    if "streaming_state" not in message:
        raise SlackError("message_not_in_streaming_state")
    return channel, message


def _said(call: Call) -> str:
    """`markdown_text`, or the text of the `markdown_text` chunks."""
    text = call.text("markdown_text")
    chunks: Any = call.structured("chunks", "invalid_chunks")
    if chunks is not None:
        if not isinstance(chunks, list) or not all(isinstance(c, dict) for c in chunks):
            raise SlackError("invalid_chunks")
        text += "".join(str(c.get("text", "")) for c in chunks)
    if len(text) > MAX_MARKDOWN_CHARS:
        raise SlackError("msg_blocks_too_long")
    return text
