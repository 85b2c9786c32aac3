"""reactions.*"""

from __future__ import annotations

import re

from bot.sandbox.activity import messages
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.errors import SlackError, invalid_arguments
from bot.sandbox.types import Json
from bot.sandbox.webapi.messages.marked import marked_message, message_item
from bot.sandbox.webapi.registry import Call, method, page_of
from bot.sandbox.workspace.channels import Channel

_NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
_MAX_EMOJI = 23


def _reaction_name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not _NAME.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _find_reaction(message: Json, name: str) -> Json | None:
    reactions: list[Json] = message.get("reactions", [])
    for reaction in reactions:
        if reaction["name"] == name:
            return reaction
    return None


@method("reactions.add", "reactions:write")
def add_reaction(call: Call) -> Json:
    """React to a message."""
    channel, message = marked_message(call)
    name = _reaction_name(call)
    if channel.archived:
        raise SlackError("is_archived")
    reaction = _find_reaction(message, name)
    if reaction is None:
        reaction = _new_reaction(message, name)
    if call.user_id in reaction["users"]:
        raise SlackError("already_reacted")
    reaction["users"].append(call.user_id)
    reaction["count"] += 1
    _announce(
        call,
        "reaction_added",
        channel,
        message,
        name,
    )
    return {}


def _new_reaction(message: Json, name: str) -> Json:
    reactions = message.setdefault("reactions", [])
    if len(reactions) >= _MAX_EMOJI:
        raise SlackError("too_many_emoji")
    reaction: Json = {
        "name": name,
        "users": [],
        "count": 0,
    }
    reactions.append(reaction)
    return reaction


@method("reactions.remove", "reactions:write")
def remove_reaction(call: Call) -> Json:
    """Take one's own reaction back."""
    channel, message = marked_message(call)
    name = _reaction_name(call)
    reaction = _find_reaction(message, name)
    if reaction is None or call.user_id not in reaction["users"]:
        raise SlackError("no_reaction")
    reaction["users"].remove(call.user_id)
    reaction["count"] -= 1
    if not reaction["users"]:
        message["reactions"].remove(reaction)
    if not message["reactions"]:
        message.pop("reactions")
    _announce(
        call,
        "reaction_removed",
        channel,
        message,
        name,
    )
    return {}


def _announce(
    call: Call,
    event_name: str,
    channel: Channel,
    message: Json,
    name: str,
) -> None:
    messages.redraw(call.sandbox, channel, message)
    event = new_event(
        call.sandbox,
        event_name,
        user=call.user_id,
        item={
            "type": "message",
            "channel": channel.id,
            "ts": message["ts"],
        },
        reaction=name,
        item_user=message.get("user", ""),
    )
    publish(call.sandbox, event, channel)


@method("reactions.get", "reactions:read")
def get_reactions(call: Call) -> Json:
    """Return a message with its reactions."""
    channel, message = marked_message(call)
    return message_item(call, channel, message)


@method("reactions.list", "reactions:read")
def list_reactions(call: Call) -> Json:
    """Return the messages that a person reacted to, as far as the caller sees them."""
    user_id = call.text("user", call.user_id)
    if call.sandbox.person(user_id) is None:
        raise SlackError("user_not_found")
    items = []
    for channel in call.workspace.channels_of(call.user_id):
        for message in channel.messages.values():
            if _has_reacted(user_id, message):
                items.append(message_item(call, channel, message))
    try:
        page, metadata = page_of(items, call, 100, 1000)
    except SlackError:
        # The table of this method alone has no invalid_cursor.
        raise invalid_arguments("invalid cursor [json-pointer:/cursor]") from None
    return {
        "items": page,
        "response_metadata": metadata,
    }


def _has_reacted(user_id: str, message: Json) -> bool:
    reactions = message.get("reactions", [])
    return any(user_id in reaction["users"] for reaction in reactions)
