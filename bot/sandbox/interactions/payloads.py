"""The objects that interaction payloads are made of."""

from __future__ import annotations

from typing import Any

from bot.sandbox.config import APP_ID, VERIFICATION_TOKEN
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.transport.outcome import Outcome
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

_HIDDEN_NAMES = {
    "group": "privategroup",
    "im": "directmessage",
}
_OF_THE_SANDBOX = ("ephemeral_to", "is_ephemeral")


def base_payload(sandbox: Sandbox, kind: str, person: Person) -> Json:
    """Return the keys that every interaction payload has.

    The app of a whole organisation gets no team with a global shortcut (bolt-python
    #23).
    """
    organisation = sandbox.organisation
    team: Json | None = organisation.team(organisation.team_of_person(person))
    if organisation.is_org_wide and kind == "shortcut":
        team = None
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "team": team,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": APP_ID,
        "is_enterprise_install": organisation.is_org_wide,
        "enterprise": organisation.reference,
    }


def channel_reference(channel: Channel) -> Json:
    """Return id and name of a channel as payloads have them."""
    return {
        "id": channel.id,
        "name": payload_name(channel),
    }


def payload_name(channel: Channel) -> str:
    """Return a channel's name in payloads, where Slack hides the private ones."""
    return _HIDDEN_NAMES.get(channel.kind, channel.name)


def message_container(channel: Channel, message: Json) -> Json:
    """Return the `container` of an interaction in a message."""
    return {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": "ephemeral_to" in message,
    }


def message_copy(message: Json) -> Json:
    """Return a message as it travels inside a payload."""
    return {key: value for key, value in message.items() if key not in _OF_THE_SANDBOX}


def result_of(outcome: Outcome, **fields: Any) -> Json:
    """Return the answer to the person: whether it worked, and the error if not."""
    if outcome.ok:
        return {
            "ok": True,
            **fields,
        }
    return {
        "ok": False,
        **fields,
        "error": outcome.error,
    }


def object_of(outcome: Outcome) -> Json:
    """Return the acknowledgement's object, an empty one if the app sent none."""
    if isinstance(outcome.body, dict):
        return outcome.body
    return {}
