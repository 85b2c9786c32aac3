"""pins.*"""

from __future__ import annotations

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import visible_channel
from bot.sandbox.webapi.messages.marked import marked_message, message_item
from bot.sandbox.webapi.registry import Call, method
from bot.sandbox.workspace.channels import Channel

_MAX_PINS = 100


def _find_pin(channel: Channel, ts: str) -> Json | None:
    for pin in channel.pins:
        if pin["ts"] == ts:
            return pin
    return None


@method("pins.add", "pins:write")
def add_pin(call: Call) -> Json:
    """Pin a message to its channel."""
    channel, message = marked_message(call)
    if call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    if _find_pin(channel, message["ts"]) is not None:
        raise SlackError("already_pinned")
    if len(channel.pins) >= _MAX_PINS:
        raise SlackError("too_many_pins")
    pin = {
        "ts": message["ts"],
        "created": call.sandbox.clock.seconds(),
        "by": call.user_id,
    }
    channel.pins.append(pin)
    message["pinned_to"] = [channel.id]
    _announce(call, "pin_added", channel, message)
    return {}


@method("pins.remove", "pins:write")
def remove_pin(call: Call) -> Json:
    """Unpin a message."""
    channel, message = marked_message(call)
    pin = _find_pin(channel, message["ts"])
    if pin is None:
        raise SlackError("no_pin")
    channel.pins.remove(pin)
    message.pop("pinned_to", None)
    _announce(call, "pin_removed", channel, message)
    return {}


@method("pins.list", "pins:read")
def list_pins(call: Call) -> Json:
    """Return the pinned messages of a channel that still exist."""
    channel = visible_channel(call, call.text("channel"))
    items = []
    for pin in channel.pins:
        message = channel.messages.get(pin["ts"])
        if message is not None:
            items.append(_pinned_item(call, channel, message, pin))
    return {"items": items}


def _pinned_item(
    call: Call,
    channel: Channel,
    message: Json,
    pin: Json,
) -> Json:
    return {
        **message_item(call, channel, message),
        "created": pin["created"],
        "created_by": pin["by"],
    }


def _announce(
    call: Call,
    event_name: str,
    channel: Channel,
    message: Json,
) -> None:
    messages.redraw(call.sandbox, channel, message)
    pin = {
        "created": call.sandbox.clock.seconds(),
        "by": call.user_id,
    }
    event = new_event(
        call.sandbox,
        event_name,
        user=call.user_id,
        channel_id=channel.id,
        item=_pinned_item(call, channel, message, pin),
        item_user=message.get("user", ""),
        pin_count=len(channel.pins),
    )
    publish(call.sandbox, event, channel)
