"""The message that a reaction or a pin marks."""

from __future__ import annotations

import re

from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.messages.chat import permalink
from bot.sandbox.webapi.registry import Call
from bot.sandbox.workspace.channels import Channel

_NOT_SHOWN = ("metadata", "client_msg_id")


def marked_message(call: Call) -> tuple[Channel, Json]:
    """Return the message that `channel` and `timestamp` name.

    Raises no_item_specified, bad_timestamp or message_not_found.
    """
    ts = call.text("timestamp")
    if call.is_absent("channel") or call.is_absent("timestamp"):
        raise SlackError("no_item_specified")
    channel = visible_channel(call, call.text("channel"))
    if not re.fullmatch(r"\d+\.\d+", ts):
        raise SlackError("bad_timestamp")
    if ts not in channel.messages:
        raise SlackError("message_not_found")
    return channel, channel.messages[ts]


def message_item(
    call: Call,
    channel: Channel,
    message: Json,
) -> Json:
    """Return a message as lists of marked items have it, with its permalink."""
    shown = {key: value for key, value in message.items() if key not in _NOT_SHOWN}
    shown["permalink"] = permalink(call, channel, message)
    return {
        "type": "message",
        "channel": channel.id,
        "message": shown,
    }
