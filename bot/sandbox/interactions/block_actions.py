"""Use buttons, menus and inputs (block_actions), and load the options of menus."""

from __future__ import annotations

from typing import Any

from bot.sandbox.app.view_stacks import View, view_json
from bot.sandbox.block_kit.elements import element_state, find_element
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import (
    base_payload,
    channel_reference,
    message_container,
    message_copy,
    object_of,
    result_of,
)
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

Found = tuple[Json, Json]
"""A block and one of its elements."""
Container = View | tuple[Channel, Json]
"""The view, or the channel and message, that holds an element."""
_STATELESS = ("button", "overflow")
_BUTTON_FIELDS: tuple[str, ...] = ("text", "value", "style", "url")
_OTHER_FIELDS: tuple[str, ...] = ("placeholder", "confirm")
_MAX_OPTIONS = 100
_OPTION_KEYS = ("options", "option_groups")


async def press_in_message(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    message: Json,
    found: Found,
    value: Any,
) -> Json:
    """Use an element of a message, and return the result.

    Raises ValueError for a value that the element does not offer.
    """
    thread_ts = message.get("thread_ts")
    response_url = sandbox.response_urls.issue(
        sandbox.base_url,
        "actions",
        channel.id,
        person.id,
        message_ts=message["ts"],
        thread_ts=thread_ts,
    )
    payload = base_payload(sandbox, "block_actions", person)
    payload |= {
        "container": message_container(channel, message),
        "trigger_id": sandbox.trigger_ids.issue(person.id, channel_id=channel.id),
        "channel": channel_reference(channel),
        "state": {"values": _state_values(found, value)},
        "response_url": response_url,
        "actions": [_action(sandbox, found, value)],
    }
    if thread_ts:
        payload["container"]["thread_ts"] = thread_ts
    # Slack does not keep ephemeral messages, and sends none back.
    if "ephemeral_to" not in message:
        payload["message"] = message_copy(message)
    return await _send(sandbox, payload)


async def press_in_view(
    sandbox: Sandbox,
    person: Person,
    view: View,
    found: Found,
    value: Any,
) -> Json:
    """Use an element of a modal or of the Home tab, and return the result.

    Inputs are sent with dispatch_action only; without it the value is just kept.
    """
    block, element = found
    if element["type"] not in _STATELESS:
        by_action = view.values.setdefault(block["block_id"], {})
        by_action[element["action_id"]] = element_state(element, value)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return {
            "ok": True,
            "sent": False,
        }
    payload = base_payload(sandbox, "block_actions", person)
    payload |= {
        "container": {
            "type": "view",
            "view_id": view.id,
        },
        "trigger_id": sandbox.trigger_ids.issue(person.id, view.id, view.opened_from),
        "view": view_json(view),
        "actions": [_action(sandbox, found, value)],
    }
    return await _send(sandbox, payload)


async def suggest_options(
    sandbox: Sandbox,
    person: Person,
    container: Container,
    found: Found,
    typed: str,
) -> Json:
    """Return the options that the app has for an external select."""
    block, element = found
    payload = base_payload(sandbox, "block_suggestion", person)
    payload |= {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    if isinstance(container, View):
        payload["container"] = {
            "type": "view",
            "view_id": container.id,
        }
        payload["view"] = view_json(container)
    else:
        channel, message = container
        payload["container"] = message_container(channel, message)
        payload["channel"] = channel_reference(channel)
        payload["message"] = message_copy(message)
    outcome = await deliver(sandbox, "interactive", payload)
    if not outcome.ok:
        return {
            "ok": False,
            "error": outcome.error,
        }
    return _suggested(object_of(outcome))


def _suggested(body: Json) -> Json:
    """Return the options or groups of an acknowledgement, which has one of them."""
    present = {key: body[key] for key in _OPTION_KEYS if body.get(key) is not None}
    if len(present) != 1:
        return {
            "ok": False,
            "error": "invalid_options",
        }
    for choices in present.values():
        if len(choices) > _MAX_OPTIONS:
            return {
                "ok": False,
                "error": "invalid_options",
            }
    return {
        "ok": True,
        "options": [],
        "option_groups": [],
        **present,
    }


def _action(
    sandbox: Sandbox,
    found: Found,
    value: Any,
) -> Json:
    """Return the `actions[0]` object, in the shape of its element's type."""
    block, element = found
    action: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    copied = _OTHER_FIELDS
    if element["type"] == "button":
        action["type"] = "button"
        copied = _BUTTON_FIELDS
    else:
        action |= element_state(element, value)
    for key in copied:
        if key in element:
            action[key] = element[key]
    action["action_ts"] = sandbox.clock.next_ts()
    return action


def _state_values(found: Found, value: Any) -> Json:
    """Return the state of the element just used; the sandbox keeps no others."""
    block, element = found
    if element["type"] in _STATELESS:
        return {}
    state = element_state(element, value)
    return {block["block_id"]: {element["action_id"]: state}}


def element_in(
    blocks: list[Json],
    action_id: str,
    block_id: str | None,
) -> Found:
    """Return a block and its element. Raises ValueError if there is none."""
    found = find_element(blocks, action_id, block_id)
    if found is None:
        raise ValueError(f"there is no element with action_id {action_id!r} here")
    return found


async def _send(sandbox: Sandbox, payload: Json) -> Json:
    outcome = await deliver(sandbox, "interactive", payload, accepts_response=False)
    return result_of(outcome, sent=True)
