"""Buttons, menus and inputs that send block_actions, and menus that ask the app for
options.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.block_kit.elements import element_state, find_element
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import channel_ref, common, message_copy
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

Found = tuple[Json, Json]


async def press_in_message(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    message: Json,
    found: Found,
    value: Any,
) -> Json:
    """Use an element of a message. Raises ValueError when the value is not on offer."""
    ephemeral = "ephemeral_to" in message
    thread = message.get("thread_ts")
    payload = common("block_actions", person)
    payload |= {
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": sandbox.triggers.issue(person.id, channel_id=channel.id),
        "channel": channel_ref(channel),
        "state": {"values": _message_state(message, found, value)},
        "response_url": sandbox.response_urls.issue(
            sandbox.base_url,
            "actions",
            channel.id,
            person.id,
            message_ts=message["ts"],
            thread_ts=thread,
        ),
        "actions": [_action(sandbox, found, value)],
    }
    if thread:
        payload["container"]["thread_ts"] = thread
    if not ephemeral:
        payload["message"] = message_copy(message)
    return await _send(sandbox, payload)


async def press_in_view(
    sandbox: Sandbox, person: Person, view: View, found: Found, value: Any
) -> Json:
    """Use an element of a modal or of the Home tab; inputs only send with
    dispatch_action.
    """
    block, element = found
    if element["type"] not in ("button", "overflow"):
        state = element_state(element, value)
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = state
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {"ok": True, "sent": False}
    payload = common("block_actions", person)
    payload |= {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": sandbox.triggers.issue(person.id, view.id, view.opened_from),
        "view": view_json(view),
        "actions": [_action(sandbox, found, value)],
    }
    return await _send(sandbox, payload)


async def suggest(
    sandbox: Sandbox,
    person: Person,
    container: View | tuple[Channel, Json],
    found: Found,
    typed: str,
) -> Json:
    """Ask the app for the options of an external select (block_suggestion)."""
    block, element = found
    payload = common("block_suggestion", person)
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    if isinstance(container, View):
        payload["container"] = {"type": "view", "view_id": container.id}
        payload["view"] = view_json(container)
    else:
        channel, message = container
        payload["container"] = {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": channel.id,
            "is_ephemeral": "ephemeral_to" in message,
        }
        payload |= {"channel": channel_ref(channel), "message": message_copy(message)}
    outcome = await deliver(sandbox, "interactive", payload)
    body = outcome.body if isinstance(outcome.body, dict) else {}
    options, groups = body.get("options"), body.get("option_groups")
    if not outcome.ok:
        return {"ok": False, "error": outcome.error}
    if (options is None) == (groups is None) or len(options or groups or []) > 100:
        return {"ok": False, "error": "invalid_options"}
    return {"ok": True, "options": options or [], "option_groups": groups or []}


def _action(sandbox: Sandbox, found: Found, value: Any) -> Json:
    """The `actions[0]` object, in the shape of its element's type."""
    block, element = found
    kind = element["type"]
    action: Json = {"action_id": element["action_id"], "block_id": block["block_id"]}
    if kind == "button":
        action |= {
            k: element[k] for k in ("text", "value", "style", "url") if k in element
        }
        action |= {"type": "button"}
    else:
        action |= element_state(element, value)
        for key in ("placeholder", "confirm"):
            if key in element:
                action[key] = element[key]
    action["action_ts"] = sandbox.clock.next_ts()
    return action


def _message_state(message: Json, found: Found, value: Any) -> Json:
    """State of the message's other elements is not kept: only the one just used is
    known.
    """
    block, element = found
    del message
    if element["type"] in ("button", "overflow"):
        return {}
    return {block["block_id"]: {element["action_id"]: element_state(element, value)}}


def element_in(blocks: list[Json], action_id: str, block_id: str | None) -> Found:
    """Raises ValueError when there is no such element."""
    found = find_element(blocks, action_id, block_id)
    if found is None:
        raise ValueError(f"there is no element with action_id {action_id!r} here")
    return found


async def _send(sandbox: Sandbox, payload: Json) -> Json:
    outcome = await deliver(sandbox, "interactive", payload, accepts_response=False)
    return {"ok": outcome.ok, "sent": True} | (
        {} if outcome.ok else {"error": outcome.error}
    )
