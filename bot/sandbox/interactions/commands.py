"""Slash commands."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox.activity import messages
from bot.sandbox.config import APP_ID, TEAM_DOMAIN, TEAM_ID, VERIFICATION_TOKEN
from bot.sandbox.delivery.dispatch import deliver
from bot.sandbox.interactions.payloads import payload_name
from bot.sandbox.interactions.responses import post_response
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.types import Json
from bot.sandbox.workspace.channels import Channel
from bot.sandbox.workspace.people import Person


async def run_command(
    sandbox: Sandbox, person: Person, channel: Channel, line: str
) -> Json:
    """Type `line` ("/help-clip c17 1.2-1.9") in a channel. The answer says what came
    back.
    """
    name, _, text = line.strip().partition(" ")
    command = next((c for c in sandbox.manifest.commands if c["command"] == name), None)
    if command is None:
        _whisper(sandbox, channel, person, f"{name} is not a valid command.")
        return {"ok": False, "error": "unknown_command"}
    if command.get("should_escape"):
        text = escape_names(sandbox, text)
    payload = {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": payload_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": text.strip(),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": sandbox.response_urls.issue(
            sandbox.base_url, "commands", channel.id, person.id
        ),
        "trigger_id": sandbox.triggers.issue(person.id, channel_id=channel.id),
    }
    outcome = await deliver(sandbox, "slash_commands", payload)
    if not outcome.ok:
        _whisper(
            sandbox, channel, person, f'{name} failed with the error "{outcome.error}"'
        )
        return {"ok": False, "error": outcome.error}
    return _show_answer(sandbox, channel, person, line, outcome.body)


def _show_answer(
    sandbox: Sandbox, channel: Channel, person: Person, line: str, body: Any
) -> Json:
    answer = {"text": body} if isinstance(body, str) else body
    if not isinstance(answer, dict):
        return {"ok": True, "response": None}
    if answer.get("response_type") == "in_channel":
        messages.post(sandbox, channel, person.id, {"text": line.strip()})
    if answer.get("text") or answer.get("blocks") or answer.get("attachments"):
        problem = post_response(sandbox, channel, person.id, answer)
        if problem:
            _whisper(sandbox, channel, person, f"{line.split()[0]} failed: {problem}")
            return {"ok": False, "error": problem, "response": answer}
    return {"ok": True, "response": answer}


def escape_names(sandbox: Sandbox, text: str) -> str:
    """`@rosa.keller` becomes `<@U..|rosa.keller>`, `#general` becomes
    `<#C..|general>`.
    """
    people = {p.name: p.id for p in sandbox.workspace.people.values()}
    channels = {c.name: c.id for c in sandbox.workspace.channels.values()}

    def person(match: re.Match[str]) -> str:
        known = people.get(match[1])
        return f"<@{known}|{match[1]}>" if known else match[0]

    def channel(match: re.Match[str]) -> str:
        known = channels.get(match[1])
        return f"<#{known}|{match[1]}>" if known else match[0]

    return re.sub(r"#([\w-]+)", channel, re.sub(r"@([\w.-]+)", person, text))


def _whisper(sandbox: Sandbox, channel: Channel, person: Person, text: str) -> None:
    """Slackbot's note to one person."""
    content = {"text": text, "user": "USLACKBOT", "bot_id": None, "app_id": None}
    messages.post_ephemeral(sandbox, channel, person.id, content)
