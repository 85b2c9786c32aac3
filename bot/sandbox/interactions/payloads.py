"""The objects that interaction payloads are made of."""

from __future__ import annotations

from bot.sandbox.config import APP_ID, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person


def common(kind: str, person: Person) -> Json:
    """The keys every interactive payload has."""
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": APP_ID,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def channel_ref(channel: Channel) -> Json:
    return {"id": channel.id, "name": payload_name(channel)}


def payload_name(channel: Channel) -> str:
    """Slack hides the names of private channels and direct messages in payloads."""
    return {"group": "privategroup", "im": "directmessage"}.get(
        channel.kind, channel.name
    )


def message_copy(message: Json) -> Json:
    """A message as it travels inside a payload."""
    return {
        k: v for k, v in message.items() if k not in ("ephemeral_to", "is_ephemeral")
    }
