"""The Events API: the events an app receives, their envelopes, and redelivery."""

from __future__ import annotations

import asyncio
import base64
import json

from bot.sandbox.config import APP_ID, BOT_USER_ID, TEAM_ID, VERIFICATION_TOKEN
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.ids import new_id
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transport.outcome import Outcome
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel

_MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
_EVENTS_FOR_MEMBERS = {"message", "app_mention", "file_shared", "link_shared"}
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
_CONTEXT_PREFIX = "4-"


def new_event(
    sandbox: Sandbox,
    name: str,
    **fields: object,
) -> Json:
    """Return an event of this type that happens now."""
    return {
        "type": name,
        **fields,
        "event_ts": sandbox.clock.next_ts(),
    }


def publish(
    sandbox: Sandbox,
    event: Json,
    channel: Channel | None = None,
    *,
    team_id: str | None = None,
) -> None:
    """Deliver `event` in the background, if the app subscribed and may receive it.

    `team_id` is the workspace of an event that names neither a channel nor a person.
    """
    if is_received(sandbox, event, channel) and _is_let_through(sandbox):
        envelope = event_envelope(
            sandbox,
            event,
            channel,
            team_id,
        )
        sandbox.run_in_background(_deliver_with_retries(sandbox, envelope))


def _is_let_through(sandbox: Sandbox) -> bool:
    """Return whether the limits leave room; if not, notify the app once a minute."""
    if sandbox.rate_limits.mode == "off":
        return True
    limits = sandbox.event_limits
    now = sandbox.clock.now()
    if not limits.enabled:
        return False
    # Lost events are not delivered later (page "app_rate_limited event").
    if limits.admit(now):
        return True
    minute = limits.minute_to_announce(now)
    if minute is not None:
        notice = _rate_limited(minute)
        sandbox.run_in_background(deliver(sandbox, "events_api", notice))
    return False


def _rate_limited(minute: int) -> Json:
    """Return app_rate_limited, the one delivery without an inner event."""
    return {
        "token": VERIFICATION_TOKEN,
        "type": "app_rate_limited",
        "team_id": TEAM_ID,
        "minute_rate_limited": minute,
        "api_app_id": APP_ID,
    }


def is_received(
    sandbox: Sandbox,
    event: Json,
    channel: Channel | None,
) -> bool:
    """Return whether the app subscribed to an event, has its scope and may see it."""
    if not sandbox.organisation.has_app(team_of_event(sandbox, event, channel)):
        return False
    name = _subscription_name(event, channel)
    manifest = sandbox.manifest
    if name not in manifest.bot_events:
        return False
    scope = _SCOPES.get(name)
    if scope is not None and scope not in manifest.bot_scopes:
        return False
    if channel is None:
        return True
    if channel.is_public and event["type"] not in _EVENTS_FOR_MEMBERS:
        return True
    if BOT_USER_ID in channel.members:
        return True
    # The bot also receives the event of its own leaving.
    return event.get("user") == BOT_USER_ID


def _subscription_name(event: Json, channel: Channel | None) -> str:
    """Return the name under which a manifest subscribes to an event."""
    name = str(event["type"])
    if name != "message":
        return name
    if channel is None:
        return _MESSAGE_EVENTS["channel"]
    return _MESSAGE_EVENTS[channel.kind]


def event_envelope(
    sandbox: Sandbox,
    event: Json,
    channel: Channel | None,
    team_id: str | None = None,
) -> Json:
    """Return the event_callback that carries an event."""
    is_shared = False
    if channel is not None:
        is_shared = channel.is_ext_shared
    if team_id is None:
        team_id = team_of_event(sandbox, event, channel)
    envelope: Json = {
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": sandbox.organisation.id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": sandbox.clock.seconds(),
        "authorizations": [sandbox.organisation.authorization(team_id)],
        "is_ext_shared_channel": is_shared,
        "event_context": _event_context(event),
    }
    if sandbox.organisation.exists:
        envelope["enterprise_id"] = sandbox.organisation.id
    return envelope


def team_of_event(
    sandbox: Sandbox,
    event: Json,
    channel: Channel | None,
) -> str:
    """Return the workspace in which an event happened."""
    if channel is not None:
        return channel.team_id
    if "team_id" in event:
        return str(event["team_id"])
    if "subteam" in event:
        return str(event["subteam"]["team_id"])
    user = event.get("user")
    if isinstance(user, dict):
        user = user["id"]
    person = sandbox.person(str(user))
    if person is None:
        return TEAM_ID
    return sandbox.organisation.team_of_person(person)


def _event_context(event: Json) -> str:
    context = json.dumps(
        {
            "et": event["type"],
            "tid": TEAM_ID,
            "aid": APP_ID,
        }
    )
    encoded = base64.urlsafe_b64encode(context.encode()).decode()
    return _CONTEXT_PREFIX + encoded.rstrip("=")


def is_event_context(value: str) -> bool:
    """Return whether an envelope of this workspace may have carried this value."""
    if not value.startswith(_CONTEXT_PREFIX):
        return False
    encoded = value.removeprefix(_CONTEXT_PREFIX)
    padding = "=" * (-len(encoded) % 4)
    try:
        text = base64.b64decode(encoded + padding, altchars=b"-_", validate=True)
        context = json.loads(text)
    except ValueError:
        return False
    if not isinstance(context, dict):
        return False
    return bool(context.get("aid") == APP_ID)


async def publish_and_wait(sandbox: Sandbox, event: Json) -> str | None:
    """Deliver an event, and return the first try's error, which a person would see."""
    if not is_received(sandbox, event, None):
        return None
    if not _is_let_through(sandbox):
        return None
    envelope = event_envelope(sandbox, event, None)
    outcome = await _attempt(sandbox, envelope)
    if not outcome.ok:
        sandbox.run_in_background(_retry(sandbox, envelope, outcome))
    return outcome.error


async def _deliver_with_retries(sandbox: Sandbox, envelope: Json) -> None:
    outcome = await _attempt(sandbox, envelope)
    await _retry(sandbox, envelope, outcome)


async def _retry(
    sandbox: Sandbox,
    envelope: Json,
    outcome: Outcome,
) -> None:
    """Try three times more, with number and reason, until the app acknowledges."""
    for attempt, wait_s in enumerate(sandbox.config.retry_delays_s, start=1):
        # An app refuses retries by the header X-Slack-No-Retry.
        if outcome.ok or outcome.no_retry:
            return
        await asyncio.sleep(wait_s)
        # The failures meanwhile may have switched events off.
        if not sandbox.event_limits.enabled:
            return
        reason = outcome.reason or "unknown_error"
        outcome = await _attempt(sandbox, envelope, (attempt, reason))


async def _attempt(
    sandbox: Sandbox,
    envelope: Json,
    retry: tuple[int, str] | None = None,
) -> Outcome:
    outcome = await deliver(
        sandbox,
        "events_api",
        envelope,
        accepts_response=False,
        retry=retry,
    )
    if sandbox.rate_limits.mode != "off":
        sandbox.event_limits.record_attempt(sandbox.clock.now(), outcome.ok)
    return outcome
