"""Revoke tokens and uninstall the app."""

from __future__ import annotations

from bot.sandbox.config import BOT_TOKEN
from bot.sandbox.delivery.events import new_event, publish
from bot.sandbox.sandbox import Sandbox


def revoke_token(sandbox: Sandbox, value: str) -> None:
    """Revoke a token and announce it, as when a person removes the app's access."""
    token = sandbox.tokens[value]
    token.revoked = True
    sandbox.mark_changed()
    owners: dict[str, list[str]] = {
        "oauth": [],
        "bot": [],
    }
    if token.kind == "user":
        owners["oauth"].append(token.user_id)
    elif token.kind == "bot":
        owners["bot"].append(token.user_id)
    event = new_event(sandbox, "tokens_revoked", tokens=owners)
    publish(sandbox, event, team_id=token.team_id)


def uninstall_app(sandbox: Sandbox) -> None:
    """Remove the app from the workspace, or from the organisation."""
    revoke_token(sandbox, BOT_TOKEN)
    publish(sandbox, {"type": "app_uninstalled"})
