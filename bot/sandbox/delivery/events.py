"""The Events API: which events the app hears, their envelopes, and redelivery."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING

from bot.sandbox.config import APP_ID, BOT_USER_ID, TEAM_ID, VERIFICATION_TOKEN
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.ids import new_id
from bot.sandbox.transport.outcome import Outcome
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_MESSAGE_EVENT = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
_NEEDS_MEMBERSHIP = {"message", "app_mention", "file_shared", "link_shared"}
AUTHORIZATION: Json = {
    "enterprise_id": None,
    "team_id": TEAM_ID,
    "user_id": BOT_USER_ID,
    "is_bot": True,
    "is_enterprise_install": False,
}
"""On whose behalf events are delivered."""
_SCOPES = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "file_shared": "files:read",
    "link_shared": "links:read",
    "app_mention": "app_mentions:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_created": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "pin_added": "pins:read",
    "pin_removed": "pins:read",
}


def publish(sandbox: Sandbox, event: Json, channel: Channel | None = None) -> None:
    """Tell the app about `event` in the background, if it subscribed, may know, and is
    there.
    """
    if is_heard(sandbox, event, channel) and _is_let_through(sandbox):
        envelope = event_envelope(sandbox, event, channel)
        sandbox.background(_deliver_with_retries(sandbox, envelope))


def _is_let_through(sandbox: Sandbox) -> bool:
    """Whether the app's limits leave room for one more event; if not, the app is told
    so.
    """
    subscription, now = sandbox.subscription, sandbox.clock.now()
    if sandbox.limits.mode == "off":
        return True
    if not subscription.enabled:
        return False
    if subscription.admits(now):
        return True
    minute = subscription.minute_to_tell(now)
    if minute is not None:
        sandbox.background(deliver(sandbox, "events_api", _rate_limited(minute)))
    return False


def _rate_limited(minute: int) -> Json:
    """The one delivery without an inner event."""
    return {
        "token": VERIFICATION_TOKEN,
        "type": "app_rate_limited",
        "team_id": TEAM_ID,
        "minute_rate_limited": minute,
        "api_app_id": APP_ID,
    }


def is_heard(sandbox: Sandbox, event: Json, channel: Channel | None) -> bool:
    name = event["type"]
    if name == "message":
        name = _MESSAGE_EVENT[channel.kind if channel else "channel"]
    if name not in sandbox.manifest.bot_events:
        return False
    scope = _SCOPES.get(name)
    if scope is not None and scope not in sandbox.manifest.bot_scopes:
        return False
    private = channel is not None and channel.kind != "channel"
    if channel is not None and (event["type"] in _NEEDS_MEMBERSHIP or private):
        return BOT_USER_ID in channel.members or event.get("user") == BOT_USER_ID
    return True


def event_envelope(sandbox: Sandbox, event: Json, channel: Channel | None) -> Json:
    context = json.dumps({"et": event["type"], "tid": TEAM_ID, "aid": APP_ID})
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": sandbox.clock.seconds(),
        "authorizations": [dict(AUTHORIZATION)],
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        "event_context": "4-"
        + base64.urlsafe_b64encode(context.encode()).decode().rstrip("="),
    }


def is_event_context(value: str) -> bool:
    """Whether an envelope of this workspace may have carried it."""
    try:
        padded = value.removeprefix("4-") + "=" * (-len(value.removeprefix("4-")) % 4)
        context = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        return False
    return (
        isinstance(context, dict)
        and context.get("aid") == APP_ID
        and value.startswith("4-")
    )


async def publish_and_wait(sandbox: Sandbox, event: Json) -> str | None:
    """As publish, but waits for the first try; the error a person would notice, or
    None.
    """
    if not is_heard(sandbox, event, None) or not _is_let_through(sandbox):
        return None
    envelope = event_envelope(sandbox, event, None)
    outcome = await _attempt(sandbox, envelope)
    if not outcome.ok:
        sandbox.background(_retry(sandbox, envelope, outcome))
    return outcome.error


async def _deliver_with_retries(sandbox: Sandbox, envelope: Json) -> None:
    outcome = await _attempt(sandbox, envelope)
    await _retry(sandbox, envelope, outcome)


async def _retry(sandbox: Sandbox, envelope: Json, outcome: Outcome) -> None:
    """Slack's three retries, with number and reason, as long as nobody acknowledges."""
    for attempt, wait_s in enumerate(sandbox.config.retry_delays_s, start=1):
        if outcome.ok or outcome.no_retry:
            return
        await asyncio.sleep(wait_s)
        if not sandbox.subscription.enabled:
            return
        outcome = await _attempt(
            sandbox, envelope, (attempt, outcome.reason or "unknown_error")
        )


async def _attempt(
    sandbox: Sandbox, envelope: Json, retry: tuple[int, str] | None = None
) -> Outcome:
    outcome = await deliver(
        sandbox, "events_api", envelope, accepts_response=False, retry=retry
    )
    if sandbox.limits.mode != "off":
        sandbox.subscription.note(sandbox.clock.now(), outcome.ok)
    return outcome
