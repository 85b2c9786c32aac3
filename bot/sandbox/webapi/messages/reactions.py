"""reactions.*, pins.* and what they share: pointing at a message."""

from __future__ import annotations

import re

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import publish
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.lookup import existing_message, visible_channel
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.channels import Channel

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_MAX_EMOJI = 23
_MAX_PINS = 100


def _pointed_at(call: Call, error: str = "message_not_found") -> tuple[Channel, Json]:
    channel_id, ts = call.text("channel"), call.text("timestamp")
    if not channel_id or not ts:
        raise SlackError("no_item_specified")
    channel = visible_channel(call, channel_id)
    if not re.fullmatch(r"\d+\.\d+", ts):
        raise SlackError("bad_timestamp")
    if ts not in channel.messages:
        raise SlackError(error)
    return channel, existing_message(channel, ts)


def _reaction_name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name


@method("reactions.add", "reactions:write")
def add(call: Call) -> Json:
    channel, message = _pointed_at(call)
    name, user_id = _reaction_name(call), call.token.user_id
    if channel.archived:
        raise SlackError("is_archived")
    reactions: list[Json] = message.setdefault("reactions", [])
    known = next((r for r in reactions if r["name"] == name), None)
    if known is not None and user_id in known["users"]:
        raise SlackError("already_reacted")
    if known is None and len(reactions) >= _MAX_EMOJI:
        raise SlackError("too_many_emoji")
    if known is None:
        known = {"name": name, "users": [], "count": 0}
        reactions.append(known)
    known["users"].append(user_id)
    known["count"] += 1
    _announce(call, "reaction_added", channel, message, name)
    return {}


@method("reactions.remove", "reactions:write")
def remove(call: Call) -> Json:
    channel, message = _pointed_at(call)
    name, user_id = _reaction_name(call), call.token.user_id
    reactions: list[Json] = message.get("reactions", [])
    known = next((r for r in reactions if r["name"] == name), None)
    if known is None or user_id not in known["users"]:
        raise SlackError("no_reaction")
    known["users"].remove(user_id)
    known["count"] -= 1
    if not known["users"]:
        reactions.remove(known)
    if not reactions:
        message.pop("reactions")
    _announce(call, "reaction_removed", channel, message, name)
    return {}


def _announce(
    call: Call, name: str, channel: Channel, message: Json, reaction: str
) -> None:
    messages.redraw(call.sandbox, channel, message)
    event = {
        "type": name,
        "user": call.token.user_id,
        "item": {"type": "message", "channel": channel.id, "ts": message["ts"]},
        "reaction": reaction,
        "item_user": message.get("user", ""),
        "event_ts": call.sandbox.clock.next_ts(),
    }
    publish(call.sandbox, event, channel)


@method("reactions.get", "reactions:read")
def get(call: Call) -> Json:
    channel, message = _pointed_at(call)
    return {
        "type": "message",
        "channel": channel.id,
        "message": _item(call, channel, message),
    }


@method("reactions.list", "reactions:read")
def list_reactions(call: Call) -> Json:
    user_id = call.text("user", call.token.user_id)
    if call.sandbox.person(user_id) is None:
        raise SlackError("user_not_found")
    items = [
        {"type": "message", "channel": c.id, "message": _item(call, c, m)}
        for c in call.sandbox.workspace.channels_of(call.token.user_id)
        for m in c.messages.values()
        if any(user_id in r["users"] for r in m.get("reactions", []))
    ]
    try:
        page, metadata = page_of(items, call, 100, 1000)
    except SlackError:  # reactions.list alone has no invalid_cursor in its table
        raise invalid_arguments("invalid cursor [json-pointer:/cursor]") from None
    return {"items": page, "response_metadata": metadata}


def _item(call: Call, channel: Channel, message: Json) -> Json:
    link = f"{call.sandbox.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    shown = {k: v for k, v in message.items() if k not in ("metadata", "client_msg_id")}
    return {**shown, "permalink": link}


@method("pins.add", "pins:write")
def pin(call: Call) -> Json:
    channel, message = _pointed_at(call)
    if call.token.user_id not in channel.members:
        raise SlackError("not_in_channel")
    if any(p["ts"] == message["ts"] for p in channel.pins):
        raise SlackError("already_pinned")
    if len(channel.pins) >= _MAX_PINS:
        raise SlackError("too_many_pins")
    created = call.sandbox.clock.seconds()
    channel.pins.append(
        {"ts": message["ts"], "created": created, "by": call.token.user_id}
    )
    message["pinned_to"] = [channel.id]
    messages.redraw(call.sandbox, channel, message)
    _announce_pin(call, "pin_added", channel, message)
    return {}


@method("pins.remove", "pins:write")
def unpin(call: Call) -> Json:
    channel, message = _pointed_at(call)
    known = next((p for p in channel.pins if p["ts"] == message["ts"]), None)
    if known is None:
        raise SlackError("no_pin")
    channel.pins.remove(known)
    message.pop("pinned_to", None)
    messages.redraw(call.sandbox, channel, message)
    _announce_pin(call, "pin_removed", channel, message)
    return {}


@method("pins.list", "pins:read")
def list_pins(call: Call) -> Json:
    channel = visible_channel(call, call.text("channel"))
    items = [
        {
            "type": "message",
            "created": p["created"],
            "created_by": p["by"],
            "channel": channel.id,
            "message": _item(call, channel, channel.messages[p["ts"]]),
        }
        for p in channel.pins
        if p["ts"] in channel.messages
    ]
    return {"items": items}


def _announce_pin(call: Call, name: str, channel: Channel, message: Json) -> None:
    event = {
        "type": name,
        "user": call.token.user_id,
        "channel_id": channel.id,
        "item": {
            "type": "message",
            "created": call.sandbox.clock.seconds(),
            "created_by": call.token.user_id,
            "channel": channel.id,
            "message": _item(call, channel, message),
        },
        "item_user": message.get("user", ""),
        "pin_count": len(channel.pins),
        "event_ts": call.sandbox.clock.next_ts(),
    }
    publish(call.sandbox, event, channel)
