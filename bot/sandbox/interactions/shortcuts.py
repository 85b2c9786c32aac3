"""Global and message shortcuts."""

from __future__ import annotations

from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import (
    base_payload,
    channel_reference,
    message_copy,
    result_of,
)
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person


async def run_shortcut(
    sandbox: Sandbox,
    person: Person,
    callback_id: str,
    target: tuple[Channel, Json] | None,
) -> Json:
    """Use a shortcut, a message shortcut on `target`, and return the result."""
    known_type = "message"
    if target is None:
        known_type = "global"
    if not _is_known(sandbox, known_type, callback_id):
        return {
            "ok": False,
            "error": "unknown_shortcut",
        }
    if target is None:
        payload = base_payload(sandbox, "shortcut", person)
        payload["trigger_id"] = sandbox.trigger_ids.issue(person.id)
    else:
        payload = base_payload(sandbox, "message_action", person)
        payload |= _message_fields(sandbox, person, *target)
    # Shortcuts are the one kind of payload that does not name the app.
    del payload["api_app_id"]
    payload["callback_id"] = callback_id
    payload["action_ts"] = sandbox.clock.next_ts()
    outcome = await deliver(sandbox, "interactive", payload, accepts_response=False)
    return result_of(outcome)


def _is_known(
    sandbox: Sandbox,
    known_type: str,
    callback_id: str,
) -> bool:
    for shortcut in sandbox.manifest.shortcuts:
        if shortcut["type"] == known_type and shortcut["callback_id"] == callback_id:
            return True
    return False


def _message_fields(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    message: Json,
) -> Json:
    """Return the fields that a message shortcut has besides those of a global one."""
    trigger_id = sandbox.trigger_ids.issue(person.id, channel_id=channel.id)
    response_url = sandbox.response_urls.issue(
        sandbox.base_url,
        "app",
        channel.id,
        person.id,
        message_ts=message["ts"],
        thread_ts=message.get("thread_ts"),
    )
    return {
        "trigger_id": trigger_id,
        "channel": channel_reference(channel),
        "message_ts": message["ts"],
        "message": message_copy(message),
        "response_url": response_url,
    }
