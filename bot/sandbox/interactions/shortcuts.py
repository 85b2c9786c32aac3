"""Global and message shortcuts."""

from __future__ import annotations

from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import channel_ref, common, message_copy
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person


async def run_shortcut(
    sandbox: Sandbox,
    person: Person,
    callback_id: str,
    on: tuple[Channel, Json] | None,
) -> Json:
    """Use a shortcut; `on` is the message of a message shortcut."""
    wanted = "message" if on else "global"
    known = {
        s["callback_id"] for s in sandbox.manifest.shortcuts if s["type"] == wanted
    }
    if callback_id not in known:
        return {"ok": False, "error": "unknown_shortcut"}
    payload = common("message_action" if on else "shortcut", person)
    del payload["api_app_id"]  # the one kind of payload that does not name the app
    payload |= {"callback_id": callback_id, "action_ts": sandbox.clock.next_ts()}
    if on is None:
        payload["trigger_id"] = sandbox.triggers.issue(person.id)
    else:
        channel, message = on
        payload |= {
            "trigger_id": sandbox.triggers.issue(person.id, channel_id=channel.id),
            "channel": channel_ref(channel),
            "message_ts": message["ts"],
            "message": message_copy(message),
            "response_url": sandbox.response_urls.issue(
                sandbox.base_url,
                "app",
                channel.id,
                person.id,
                message_ts=message["ts"],
                thread_ts=message.get("thread_ts"),
            ),
        }
    outcome = await deliver(sandbox, "interactive", payload, accepts_response=False)
    return {"ok": outcome.ok} | ({} if outcome.ok else {"error": outcome.error})
