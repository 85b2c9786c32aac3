"""Slash commands."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.activity import messages
from bot.sandbox.config import APP_ID, VERIFICATION_TOKEN
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import payload_name
from bot.sandbox.interactions.responses import post_response
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person

_PERSON_NAME = re.compile(r"@([\w.-]+)")
_CHANNEL_NAME = re.compile(r"#([\w-]+)")


async def run_command(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    line: str,
) -> Json:
    """Type `line` ("/help-clip c17 1.2-1.9") in a channel, and return the response."""
    name, _, text = line.strip().partition(" ")
    command = _find_command(sandbox, name)
    if command is None:
        _post_notice(sandbox, channel, person, f"{name} is not a valid command.")
        return {
            "ok": False,
            "error": "unknown_command",
        }
    # Only apps that ask for it get ids in place of names.
    if command.get("should_escape"):
        text = escape_names(sandbox, text)
    payload = _payload(
        sandbox,
        person,
        channel,
        name,
        text.strip(),
    )
    outcome = await deliver(sandbox, "slash_commands", payload)
    if not outcome.ok:
        notice = f'{name} failed with the error "{outcome.error}"'
        _post_notice(sandbox, channel, person, notice)
        return {
            "ok": False,
            "error": outcome.error,
        }
    return _show_response(
        sandbox,
        channel,
        person,
        line.strip(),
        outcome.body,
    )


def _find_command(sandbox: Sandbox, name: str) -> Json | None:
    for command in sandbox.manifest.commands:
        if command["command"] == name:
            return command
    return None


def _payload(
    sandbox: Sandbox,
    person: Person,
    channel: Channel,
    name: str,
    text: str,
) -> Json:
    response_url = sandbox.response_urls.issue(
        sandbox.base_url,
        "commands",
        channel.id,
        person.id,
    )
    trigger_id = sandbox.trigger_ids.issue(person.id, channel_id=channel.id)
    organisation = sandbox.organisation
    team = organisation.team(organisation.team_of_person(person))
    payload: Json = {
        "token": VERIFICATION_TOKEN,
        "team_id": team["id"],
        "team_domain": team["domain"],
        "channel_id": channel.id,
        "channel_name": payload_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": str(organisation.is_org_wide).lower(),
        "response_url": response_url,
        "trigger_id": trigger_id,
    }
    if organisation.reference is not None:
        payload["enterprise_id"] = organisation.reference["id"]
        payload["enterprise_name"] = organisation.reference["name"]
    return payload


def _show_response(
    sandbox: Sandbox,
    channel: Channel,
    person: Person,
    line: str,
    body: Any,
) -> Json:
    """Show the acknowledgement's message, if it has one, and return the result."""
    response = body
    if isinstance(body, str):
        response = {"text": body}
    if not isinstance(response, dict):
        return {
            "ok": True,
            "response": None,
        }
    if response.get("response_type") == "in_channel":
        # Slack shows the typed command to all who see the response to it.
        messages.post(sandbox, channel, person.id, {"text": line})
    if not _has_content(response):
        return {
            "ok": True,
            "response": response,
        }
    problem = post_response(sandbox, channel, person.id, response)
    if problem:
        name, _, _ = line.partition(" ")
        _post_notice(sandbox, channel, person, f"{name} failed: {problem}")
        return {
            "ok": False,
            "error": problem,
            "response": response,
        }
    return {
        "ok": True,
        "response": response,
    }


def _has_content(response: Json) -> bool:
    return any(response.get(key) for key in ("text", "blocks", "attachments"))


def escape_names(sandbox: Sandbox, text: str) -> str:
    """Return text with `@rosa.keller` as `<@U..|rosa.keller>`, `#general` likewise."""
    people = {person.name: person.id for person in sandbox.workspace.people.values()}
    channels = {
        channel.name: channel.id for channel in sandbox.workspace.channels.values()
    }

    def escape_person(match: re.Match[str]) -> str:
        if match[1] not in people:
            return match[0]
        return f"<@{people[match[1]]}|{match[1]}>"

    def escape_channel(match: re.Match[str]) -> str:
        if match[1] not in channels:
            return match[0]
        return f"<#{channels[match[1]]}|{match[1]}>"

    with_people = _PERSON_NAME.sub(escape_person, text)
    return _CHANNEL_NAME.sub(escape_channel, with_people)


def _post_notice(
    sandbox: Sandbox,
    channel: Channel,
    person: Person,
    text: str,
) -> None:
    """Post Slackbot's note to one person."""
    content = {
        "text": text,
        "user": "USLACKBOT",
        "bot_id": None,
        "app_id": None,
    }
    messages.post_ephemeral(sandbox, channel, person.id, content)
